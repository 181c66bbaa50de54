import program from "./wired_hook.py" with { type: "text" };

/**
 * The start-up hook of `metal-guard run --wired-limit`: a `sitecustomize` for Python 3 that chains to the one that would have
 * been loaded. Fails open: what it cannot do it says in its marks, and the program starts all the same.
 */
export const WIRED_HOOK: string = program;
