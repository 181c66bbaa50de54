/** A small project in a temporary folder that goes away with it. */
export class TreeFixture implements Disposable {
  /** Its folder, absolute, links followed. */
  readonly root: string;

  /** Writes `files`: text by path below the folder. */
  constructor(files: Readonly<Record<string, string>>) {
    this.root = Deno.realPathSync(Deno.makeTempDirSync());
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  /** Writes one more file, with its folders. */
  write(path: string, text: string): void {
    const target = `${this.root}/${path}`;
    Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    Deno.writeTextFileSync(target, text);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}
