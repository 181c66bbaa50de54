/**
 * Where a symbolic link leads, as it is written in it; `undefined` for what is no link, is absent or cannot be looked at.
 */
export type LinkReader = (path: string) => string | undefined;
