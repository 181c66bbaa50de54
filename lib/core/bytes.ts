/** Decimal gigabyte: memory in use, models and limits (seed). */
export const GB = 1_000_000_000;
/** Binary gigabyte: the machine's own memory. */
export const GIB = 2 ** 30;
/** Binary megabyte: `iogpu.wired_limit_mb`, log and report sizes. */
export const MIB = 2 ** 20;
/** Binary kilobyte. */
export const KIB = 2 ** 10;
