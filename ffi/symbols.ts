/**
 * The functions of `libmetalguard`, as `Deno.dlopen` wants them: `src/metal_guard.h` in its order.
 *
 * All are `nonblocking`: they run on another thread, and their buffers have to stay alive until the promise has settled.
 * For one that is not, Deno compiles machine code when the library is opened, which takes longer than all questions.
 *
 * @module
 */

/** What `mg_abi_version` has to answer; anything else is another library. */
export const ABI_VERSION = 2;

/** Every exported function. */
export const SYMBOLS = {
  mg_abi_version: { parameters: [], result: "i32", nonblocking: true },
  mg_sysctls: {
    parameters: ["buffer", "buffer", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_boot_session: {
    parameters: ["buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_accelerators: {
    parameters: ["buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_gpu_clients: {
    parameters: ["buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_kexts: {
    parameters: ["buffer", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_metal_devices: {
    parameters: ["buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_metal_probe: {
    parameters: ["u32", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_host_memory: {
    parameters: ["buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_process: {
    parameters: ["i32", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_process_args: {
    parameters: ["i32", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_children: {
    parameters: ["i32", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  mg_pid_alive: { parameters: ["i32"], result: "i32", nonblocking: true },
} as const satisfies Deno.ForeignLibraryInterface;

/** The open library's functions. */
export type NativeSymbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** The `MG_E_…` codes, by their number. */
export const ERROR_CODES = {
  [-1]: "argument",
  [-2]: "not-found",
  [-3]: "denied",
  [-4]: "unsupported",
  [-5]: "system",
  [-6]: "json",
  [-7]: "exception",
  [-8]: "busy",
} as const;

/** Why a question had no answer. `answer` is ours: what came was too long, or was no JSON. */
export type NativeProblem =
  | (typeof ERROR_CODES)[keyof typeof ERROR_CODES]
  | "answer";
