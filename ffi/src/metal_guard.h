// C ABI of libmetalguard: read-only questions to IOKit, Mach, libproc, sysctl and Metal.
// ffi/symbols.ts mirrors this file and tests/ffi/symbols_test.ts keeps the two equal.
//
// Every function may be called from any thread and lets no exception out.
//
// Functions with `out` and `cap` answer text (UTF-8; JSON where the comment says so) and return
// the bytes that it needs without its closing NUL.  When that is < cap, text and NUL were written;
// otherwise an empty string was, and the caller asks again with a bigger buffer.
// Negative results are MG_E_* codes.
//
// What cannot be read is left out of the JSON.  Nothing is ever answered as 0 because it is unknown.
#ifndef METAL_GUARD_H
#define METAL_GUARD_H

#include <stdint.h>

#define MG_ABI_VERSION 2

#define MG_E_ARG (-1)          // bad argument, or a value of a size that was not asked for
#define MG_E_NOT_FOUND (-2)    // no such sysctl, process, service
#define MG_E_DENIED (-3)       // the kernel refused (EPERM, EACCES)
#define MG_E_UNSUPPORTED (-4)  // this machine has no such thing (no Metal device)
#define MG_E_SYSTEM (-5)       // any other system error
#define MG_E_JSON (-6)         // the answer could not be written as JSON
#define MG_E_EXCEPTION (-7)    // an exception was caught
#define MG_E_BUSY (-8)         // the registry changed each time it was walked

#if defined(__GNUC__)
#define MG_EXPORT __attribute__((visibility("default")))
#else
#define MG_EXPORT
#endif

MG_EXPORT int32_t mg_abi_version(void);

// JSON {name: value} of sysctls, names one a line: `numbers` are integers of 4 or 8 bytes, `texts` have at most 1023 bytes.
MG_EXPORT int64_t mg_sysctls(const char *numbers, const char *texts, char *out, uint64_t cap);
// JSON {uuid, bootTimeUs}: kern.bootsessionuuid, and kern.boottime, which moves with the clock.
MG_EXPORT int64_t mg_boot_session(char *out, uint64_t cap);

// Reads of the IORegistry: no call into the GPU driver, no user client is opened.
// JSON [{class, registryId, PerformanceStatistics, …}] with the properties as the driver names them.
MG_EXPORT int64_t mg_accelerators(char *out, uint64_t cap);
// JSON [{class, registryId, acceleratorId, creator, pid, name, AppUsage, CommandQueueCount}].
MG_EXPORT int64_t mg_gpu_clients(char *out, uint64_t cap);
// JSON {identifier: {CFBundleVersion, …}} of loaded kernel extensions.
// `prefixes`: starts of bundle identifiers, one a line.
MG_EXPORT int64_t mg_kexts(const char *prefixes, char *out, uint64_t cap);

// Metal: these two open the GPU driver.  A driver that hangs in them cannot be left: ask in a child process.
// JSON [{name, architecture, recommendedMaxWorkingSetSize, …}].
MG_EXPORT int64_t mg_metal_devices(char *out, uint64_t cap);
// One 16 KiB fill by the GPU, read back.  JSON {outcome: ok|corrupt|failed|timeout, totalUs, …}.
MG_EXPORT int64_t mg_metal_probe(uint32_t timeout_ms, char *out, uint64_t cap);

// JSON {pageSize, freeBytes, …, swapUsedBytes, memoryBytes, pressureLevel}.
MG_EXPORT int64_t mg_host_memory(char *out, uint64_t cap);

// JSON {pid, ppid, pgid, uid, status, startUs, command, path, physFootprintBytes, …}; of another user's
// process what the kernel tells: no start and no memory.  Zombies answer too (status 5).
MG_EXPORT int64_t mg_process(int32_t pid, char *out, uint64_t cap);
// JSON [argument, …], the program first; same user only.
MG_EXPORT int64_t mg_process_args(int32_t pid, char *out, uint64_t cap);
// JSON [pid, …]: those whose parent is `pid`, zombies too.
MG_EXPORT int64_t mg_children(int32_t pid, char *out, uint64_t cap);
// 1 when it is there and no zombie, else 0.
MG_EXPORT int32_t mg_pid_alive(int32_t pid);

#endif
