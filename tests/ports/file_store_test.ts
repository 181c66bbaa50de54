import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import type { FileProblem } from "../../lib/core/error.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

/** A file store with an empty folder to work in. */
interface Subject extends Disposable {
  readonly store: FileStore;
  readonly home: string;
  readonly link: (path: string, target: string) => void;
  readonly fifo: (path: string) => void;
}

const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  fake: () => {
    const store = new MemoryFileStore().putFolder("/home/u");
    return {
      store,
      home: "/home/u",
      link: (path, target) => void store.putLink(path, target),
      fifo: (path) => void store.putOther(path),
      [Symbol.dispose](): void {},
    };
  },
  deno: () => {
    const home = Deno.realPathSync(Deno.makeTempDirSync());
    return {
      store: createDenoFileStore(),
      home,
      link: (path, target) => Deno.symlinkSync(target, path),
      fifo: (path) =>
        assert.ok(
          new Deno.Command("mkfifo", { args: [path] }).outputSync().success,
        ),
      [Symbol.dispose]: () => Deno.removeSync(home, { recursive: true }),
    };
  },
};

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

function write(store: FileStore, path: string, content: string): void {
  using file = store.open(path, { how: "append", mode: 0o600 });
  file.write(bytes(content));
}

function fails(problem: FileProblem, path: string, work: () => unknown): void {
  assert.throws(work, {
    name: "FileError",
    code: "file-failed",
    problem,
    path,
  });
}

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`FileStore over ${name}: head and tail read no more than asked for`, () => {
    // Kills: off by one at the size; a shared buffer that the next read writes over.
    using s = subject();
    const { store } = s;
    const path = `${s.home}/log`;
    write(store, path, "0123456789");
    write(store, `${s.home}/another`, "abcdefghij");
    const first = store.readHead(path, 4);
    store.readHead(`${s.home}/another`, 4);
    for (
      const [max, head, tail] of [
        [0, "", ""],
        [1, "0", "9"],
        [9, "012345678", "123456789"],
        [10, "0123456789", "0123456789"],
        [11, "0123456789", "0123456789"],
      ] as const
    ) {
      assert.equal(text(store.readHead(path, max)), head);
      assert.equal(text(store.readTail(path, max)), tail);
    }
    assert.equal(text(first), "0123");
  });

  Deno.test(`FileStore over ${name}: a large file arrives whole`, () => {
    // Kills: one short read taken for the end; a buffer that does not grow.
    using s = subject();
    const path = `${s.home}/large`;
    const content = "0123456789abcdef".repeat(20_000);
    write(s.store, path, content);
    assert.equal(text(s.store.readHead(path, 10 ** 7)), content);
    assert.equal(text(s.store.readTail(path, 10 ** 7)), content);
    assert.equal(
      text(s.store.readTail(path, 200_001)),
      content.slice(-200_001),
    );
  });

  Deno.test(`FileStore over ${name}: list tells kinds and follows no link`, () => {
    // Kills: a link reported as its target; a FIFO reported as a file; an odd name that ends the listing.
    using s = subject();
    write(s.store, `${s.home}/a file\n\u001b[31m`, "");
    s.store.makeFolder(`${s.home}/folder`);
    s.link(`${s.home}/link`, "folder");
    s.link(`${s.home}/nowhere`, "gone");
    s.fifo(`${s.home}/fifo`);
    const kinds = new Map(s.store.list(s.home).map((e) => [e.name, e.kind]));
    assert.deepEqual(
      [...kinds].sort(),
      [
        ["a file\n\u001b[31m", "file"],
        ["fifo", "other"],
        ["folder", "folder"],
        ["link", "link"],
        ["nowhere", "link"],
      ],
    );
  });

  Deno.test(`FileStore over ${name}: stat follows links and names the file's identity`, () => {
    // Kills: an identity by path, which would miss that a log was moved.
    using s = subject();
    const { store, home } = s;
    write(store, `${home}/a`, "12345");
    s.link(`${home}/link`, "a");
    s.fifo(`${home}/fifo`);
    store.link(`${home}/a`, `${home}/b`);
    write(store, `${home}/other`, "");
    const stat = store.stat(`${home}/link`);
    assert.equal(stat.kind, "file");
    assert.equal(stat.sizeBytes, 5);
    assert.equal(store.stat(`${home}/b`).identity, stat.identity);
    assert.notEqual(store.stat(`${home}/other`).identity, stat.identity);
    assert.equal(store.stat(`${home}/fifo`).kind, "other");
    assert.equal(store.stat(home).kind, "folder");
    using file = store.open(`${home}/a`, { how: "append", mode: 0o600 });
    assert.equal(file.identity(), stat.identity);
  });

  Deno.test(`FileStore over ${name}: each obstacle has its problem`, () => {
    // Kills: "absent" for anything that fails, which would take an unreadable hold for none.
    using s = subject();
    const { store, home } = s;
    write(store, `${home}/file`, "");
    store.makeFolder(`${home}/folder/inner`);
    s.link(`${home}/x`, "y");
    s.link(`${home}/y`, "x");
    const append = { how: "append", mode: 0o600 } as const;
    fails("absent", `${home}/none`, () => store.list(`${home}/none`));
    fails("absent", `${home}/none`, () => store.stat(`${home}/none`));
    fails("absent", `${home}/none`, () => store.readHead(`${home}/none`, 1));
    fails("absent", `${home}/none`, () => store.readTail(`${home}/none`, 1));
    fails("absent", `${home}/none`, () => store.remove(`${home}/none`));
    fails(
      "absent",
      `${home}/q`,
      () => store.rename(`${home}/none`, `${home}/q`),
    );
    fails("absent", `${home}/n/f`, () => store.open(`${home}/n/f`, append));
    fails("absent", `${home}/none`, () => store.syncFolder(`${home}/none`));
    fails("not-a-folder", `${home}/file`, () => store.list(`${home}/file`));
    fails("not-a-folder", `${home}/file/f`, () => store.stat(`${home}/file/f`));
    fails(
      "not-a-folder",
      `${home}/file`,
      () => store.makeFolder(`${home}/file`),
    );
    fails(
      "not-a-folder",
      `${home}/file/f`,
      () => store.makeFolder(`${home}/file/f`),
    );
    fails(
      "not-a-file",
      `${home}/folder`,
      () => store.readHead(`${home}/folder`, 1),
    );
    fails(
      "not-a-file",
      `${home}/folder`,
      () => store.open(`${home}/folder`, append),
    );
    fails(
      "not-a-file",
      `${home}/folder`,
      () => store.rename(`${home}/file`, `${home}/folder`),
    );
    fails("link-loop", `${home}/x`, () => store.stat(`${home}/x`));
    fails("link-loop", `${home}/x`, () => store.readHead(`${home}/x`, 1));
    fails("exists", `${home}/x`, () => store.link(`${home}/file`, `${home}/x`));
    fails("other", `${home}/folder`, () => store.remove(`${home}/folder`));
  });

  Deno.test(`FileStore over ${name}: replace makes its file and never takes another's`, () => {
    // Kills: following a planted link, which would write over any file of ours.
    using s = subject();
    const { store, home } = s;
    write(store, `${home}/victim`, "precious");
    s.link(`${home}/planted`, "victim");
    s.link(`${home}/dangling`, "gone");
    const how = { how: "replace", mode: 0o600 } as const;
    for (const taken of ["victim", "planted", "dangling"]) {
      const path = `${home}/${taken}`;
      fails("exists", path, () => store.open(path, how));
    }
    assert.equal(text(store.readHead(`${home}/victim`, 99)), "precious");
    fails("absent", `${home}/gone`, () => store.stat(`${home}/gone`));
  });

  Deno.test(`FileStore over ${name}: append adds at the end, also from two handles`, () => {
    // Kills: a position of one's own, which writes over what another process has added.
    using s = subject();
    const path = `${s.home}/log`;
    const how = { how: "append", mode: 0o600 } as const;
    using a = s.store.open(path, how);
    using b = s.store.open(path, how);
    assert.equal(a.lastByte(), undefined);
    a.write(bytes("one\n"));
    b.write(bytes("two"));
    assert.equal(a.lastByte(), "o".charCodeAt(0));
    a.write(bytes("\n"));
    a.sync();
    assert.equal(b.sizeBytes(), 8);
    assert.equal(text(s.store.readHead(path, 99)), "one\ntwo\n");
  });

  Deno.test(`FileStore over ${name}: one handle holds the lock until it is closed`, () => {
    // Kills: a lock that its own process passes; one that outlives its handle.
    using s = subject();
    const how = { how: "append", mode: 0o600 } as const;
    using second = s.store.open(`${s.home}/l.flock`, how);
    {
      using first = s.store.open(`${s.home}/l.flock`, how);
      assert.equal(first.tryLock(), true);
      assert.equal(second.tryLock(), false);
    }
    assert.equal(second.tryLock(), true);
  });

  Deno.test(`FileStore over ${name}: rename replaces in one step, link never does`, () => {
    // Kills: a rename that fails on a name that is taken; a link that replaces.
    using s = subject();
    const { store, home } = s;
    write(store, `${home}/a`, "new");
    write(store, `${home}/b`, "old");
    store.rename(`${home}/a`, `${home}/b`);
    assert.deepEqual(store.list(home).map((e) => e.name), ["b"]);
    assert.equal(text(store.readHead(`${home}/b`, 9)), "new");
    store.link(`${home}/b`, `${home}/c`);
    store.remove(`${home}/b`);
    assert.equal(text(store.readHead(`${home}/c`, 9)), "new");
    store.syncFolder(home);
  });

  Deno.test(`FileStore over ${name}: a folder that is there stays as it is`, () => {
    // Kills: an error on the second run.
    using s = subject();
    s.store.makeFolder(`${s.home}/a/b`);
    write(s.store, `${s.home}/a/b/f`, "x");
    s.store.makeFolder(`${s.home}/a/b`);
    assert.equal(s.store.stat(`${s.home}/a/b/f`).sizeBytes, 1);
  });
}
