// A simulated Mac for tests on Linux: what metal_guard.m calls of IOKit, Metal, Mach, libproc and sysctl, answering
// from the JSON file that METAL_GUARD_SIM names (ffi/machines/).  Objects are GNUstep's, so a "CFTypeRef" is an id.
#ifndef MG_SIM_H
#define MG_SIM_H

#import <CoreFoundation/CoreFoundation.h>
#import <Foundation/Foundation.h>
#include <stdint.h>

#define SIM_EXPORT __attribute__((visibility("default")))

// Each simulated call begins with this: it writes the call's name to the file that METAL_GUARD_SIM_CALLS names, and
// plays the machine's fault for it ("faults": {call: "hang" | "crash" | "throw" | "overflow"}).
void sim_enter(const char *call);

// The machine.  Read anew when its file has changed: tests rewrite it to play a scene.
NSDictionary *sim_machine(void);
// Rises with every machine that is read.
int64_t sim_generation(void);

// JSON -> a value as the kernel has it: {"$data": "00ff"} is bytes, {"$u64": "18446744073709551615"} a number that JSON
// cannot hold, {"$double": "nan"} one that it may not, {"$date": 1} an object without JSON form, and {"$throw": true}
// throws when it is described.
id sim_value(id value);
uint64_t sim_u64(NSDictionary *from, NSString *key);
uint64_t sim_u64_at(NSDictionary *from, NSString *key, NSUInteger index);

// A reference that the caller has to release by CFRelease.
CFTypeRef sim_give(id object);

// What is still owed to the simulated Mac.
extern int64_t sim_live_cf, sim_live_metal, sim_live_ports, sim_errors;
void sim_add(int64_t *counter, int64_t by);

#endif
