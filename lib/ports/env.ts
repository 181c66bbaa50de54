/** How the outside world's environment is read: one function, so tests pass a map. */
export type EnvReader = (name: string) => string | undefined;
