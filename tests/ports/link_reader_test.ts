import assert from "node:assert/strict";
import { createDenoLinkReader } from "../../lib/adapters/deno/link_reader.ts";
import type { LinkReader } from "../../lib/ports/link_reader.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { fakeLinkReader } from "../fakes/link_reader.ts";

interface Subject extends Disposable {
  readonly folder: string;
  readonly read: LinkReader;
  link(name: string, target: string): void;
  file(name: string): void;
}

const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  fake: () => {
    const store = new MemoryFileStore().putFolder("/d");
    return {
      folder: "/d",
      read: fakeLinkReader(store),
      link: (name, target) => void store.putLink(`/d/${name}`, target),
      file: (name) => void store.put(`/d/${name}`, ""),
      [Symbol.dispose]: () => {},
    };
  },
  deno: () => {
    const folder = Deno.makeTempDirSync();
    return {
      folder,
      read: createDenoLinkReader(),
      link: (name, target) => Deno.symlinkSync(target, `${folder}/${name}`),
      file: (name) => Deno.writeTextFileSync(`${folder}/${name}`, ""),
      [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
    };
  },
};

for (const [name, make] of Object.entries(SUBJECTS)) {
  Deno.test(`LinkReader over ${name}: a link is told as it is written, anything else is none`, () => {
    // Kills: a target made absolute; an error for the usual case, a program that is no link.
    using subject = make();
    const { folder, read } = subject;
    subject.file("python3.12");
    subject.link("python3", "python3.12");
    subject.link("python", "../elsewhere/python3");
    assert.equal(read(`${folder}/python3`), "python3.12");
    assert.equal(read(`${folder}/python`), "../elsewhere/python3");
    for (const other of ["python3.12", "absent", "python3.12/below"]) {
      assert.equal(read(`${folder}/${other}`), undefined);
    }
    assert.equal(read(folder), undefined);
  });
}
