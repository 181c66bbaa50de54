import type { KernelFiles } from "../../lib/adapters/deno/libc.ts";

/** `/proc` in memory. */
export class FakeKernelFiles implements KernelFiles {
  readonly pageBytes = 4_096;
  readonly texts = new Map<string, string>();
  /** Paths that were read with a look into a process. */
  readonly looked: string[] = [];

  /** Puts a process with that much resident, of which `pssKib` are its own share; without it, its share is not shown. */
  put(pid: number, residentPages: number, pssKib?: number): this {
    const folder = `/proc/${pid}`;
    this.texts.set(`${folder}/statm`, `99999 ${residentPages} 1 1 0 1 0\n`);
    this.texts.set(
      `${folder}/stat`,
      `${pid} (x) S 1 ${"0 ".repeat(17)}7 ${"0 ".repeat(29)}0\n`,
    );
    if (pssKib !== undefined) {
      this.texts.set(`${folder}/smaps_rollup`, `Pss:   ${pssKib} kB\n`);
    } else this.texts.delete(`${folder}/smaps_rollup`);
    return this;
  }

  glance(path: string): string | undefined {
    return this.texts.get(path);
  }

  read(path: string): Promise<string | undefined> {
    this.looked.push(path);
    return Promise.resolve(this.texts.get(path));
  }

  list(folder: string): readonly string[] {
    const names = [...this.texts.keys()].flatMap((path) =>
      path.startsWith(`${folder}/`)
        ? [path.slice(folder.length + 1).split("/", 1)[0] ?? ""]
        : []
    );
    return [...new Set(names)];
  }
}
