import type { EnvReader } from "../ports/env.ts";

/**
 * Folders in which an installation below `prefix` keeps packages, by the rules of Python's `site` module; not all of
 * them need be there.
 *
 * @param prefix Where it is installed.
 * @param version Two numbers, e.g. `3.12`.
 */
export function siteFolders(
  prefix: string,
  version: string,
): readonly string[] {
  const base = prefix === "/" ? "" : prefix;
  const usual = ["lib", "lib64"].flatMap((lib) => [
    `${base}/${lib}/python${version}/site-packages`,
    // Builds without the global lock have a library of their own.
    `${base}/${lib}/python${version}t/site-packages`,
  ]);
  return base !== "/usr" ? usual : [
    // Debian keeps what its own tools installed apart from what pip did.
    `/usr/local/lib/python${version}/dist-packages`,
    "/usr/lib/python3/dist-packages",
    ...usual,
  ];
}

/**
 * Folders of packages that a user installed for one Python with `pip install --user`. They precede the installation's.
 *
 * @param env `HOME`, `PYTHONUSERBASE` and `PYTHONNOUSERSITE`.
 * @param version Two numbers, e.g. `3.12`.
 * @param isFramework Whether it is a framework build, as Apple's, python.org's and Homebrew's are.
 */
export function userSiteFolders(
  env: EnvReader,
  version: string,
  isFramework: boolean,
): readonly string[] {
  if ((env("PYTHONNOUSERSITE") ?? "") !== "") return [];
  const home = env("HOME");
  const named = env("PYTHONUSERBASE") || undefined;
  const own = home === undefined || !home.startsWith("/") ? undefined : home;
  if (isFramework) {
    const base = named ??
      (own === undefined ? undefined : `${own}/Library/Python/${version}`);
    return base === undefined ? [] : [`${base}/lib/python/site-packages`];
  }
  const base = named ?? (own === undefined ? undefined : `${own}/.local`);
  return base === undefined
    ? []
    : [`${base}/lib/python${version}/site-packages`];
}
