import type { PythonPorts } from "../../lib/facts/python_types.ts";
import { fakeEnv } from "./env.ts";
import { MemoryFileStore } from "./file_store.ts";
import { fakeLinkReader } from "./link_reader.ts";

/** Machines with Pythons, in memory. */
export class PythonWorld {
  readonly store = new MemoryFileStore();
  readonly env: Record<string, string> = {
    HOME: "/Users/ada",
    PATH: "/usr/bin:/bin",
  };

  get ports(): PythonPorts {
    return {
      store: this.store,
      links: fakeLinkReader(this.store),
      env: fakeEnv(this.env),
    };
  }

  /** Puts an interpreter `bin/python<version>` with the links that installers make, and its library. */
  python(prefix: string, version: string): this {
    this.store.put(`${prefix}/bin/python${version}`, "\x7fELF")
      .putLink(`${prefix}/bin/python3`, `python${version}`)
      .putLink(`${prefix}/bin/python`, "python3")
      .putFolder(`${prefix}/lib/python${version}/site-packages`);
    return this;
  }

  /** Puts a virtual environment that was made of the Python below `base`. */
  venv(prefix: string, base: string, version: string, more = ""): this {
    this.store.putLink(`${prefix}/bin/python`, `${base}/bin/python3`)
      .put(
        `${prefix}/pyvenv.cfg`,
        `home = ${base}/bin\nversion = ${version}.1\n${more}`,
      )
      .putFolder(`${prefix}/lib/python${version}/site-packages`);
    return this;
  }

  /** Puts a package into a folder. */
  package(folder: string, name: string, version: string): this {
    this.store.put(
      `${folder}/${name.replaceAll("-", "_")}-${version}.dist-info/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`,
    );
    return this;
  }
}
