// The simulated machine's file, its values, and what is owed to it.
#import "sim.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int64_t sim_live_cf;     // objects handed out by Create and Copy that were not released
int64_t sim_live_metal;  // Metal objects alive
int64_t sim_live_ports;  // mach_host_self() minus mach_port_deallocate()
int64_t sim_errors;      // releases of handles that were not alive

static int64_t sim_load(int64_t *counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }
void sim_add(int64_t *counter, int64_t by) { __atomic_add_fetch(counter, by, __ATOMIC_SEQ_CST); }

// What the process still owes; tests expect zeros.
SIM_EXPORT int64_t mgsim_live_cf(void) { return sim_load(&sim_live_cf); }
SIM_EXPORT int64_t mgsim_live_metal(void) { return sim_load(&sim_live_metal); }
SIM_EXPORT int64_t mgsim_live_ports(void) { return sim_load(&sim_live_ports); }
SIM_EXPORT int64_t mgsim_errors(void) { return sim_load(&sim_errors); }

@interface SimTrouble : NSObject
@end
@implementation SimTrouble
- (NSString *)description {
  [NSException raise:NSInternalInconsistencyException format:@"simulated"];
  return nil;
}
@end

static NSData *sim_data(NSString *hex) {
  NSMutableData *data = [NSMutableData data];
  const char *text = [hex UTF8String];
  for (; text[0] && text[1]; text += 2) {
    char pair[3] = {text[0], text[1], 0};
    unsigned char byte = (unsigned char)strtoul(pair, NULL, 16);
    [data appendBytes:&byte length:1];
  }
  return data;
}

static id sim_object(NSDictionary *value) {
  NSString *hex = [value objectForKey:@"$data"];
  if (hex != nil) return sim_data(hex);
  NSString *whole = [value objectForKey:@"$u64"];
  if (whole != nil) {
    return [NSNumber numberWithUnsignedLongLong:strtoull([whole UTF8String], NULL, 10)];
  }
  NSString *real = [value objectForKey:@"$double"];
  if (real != nil) return [NSNumber numberWithDouble:strtod([real UTF8String], NULL)];
  if ([value objectForKey:@"$date"] != nil) {
    return [NSDate dateWithTimeIntervalSince1970:[[value objectForKey:@"$date"] doubleValue]];
  }
  if ([value objectForKey:@"$throw"] != nil) return [[[SimTrouble alloc] init] autorelease];
  NSMutableDictionary *out = [NSMutableDictionary dictionary];
  for (id key in value) [out setObject:sim_value([value objectForKey:key]) forKey:key];
  return out;
}

id sim_value(id value) {
  if ([value isKindOfClass:[NSDictionary class]]) return sim_object(value);
  if ([value isKindOfClass:[NSArray class]]) {
    NSMutableArray *out = [NSMutableArray array];
    for (id item in value) [out addObject:sim_value(item)];
    return out;
  }
  // GNUstep's JSON reader makes every number a double; the kernel has integers.
  if ([value isKindOfClass:[NSNumber class]] && [value objCType][0] == 'd') {
    double number = [value doubleValue];
    if (number >= -9e15 && number <= 9e15 && number == (double)(int64_t)number) {
      return [NSNumber numberWithLongLong:(int64_t)number];
    }
  }
  return value;
}

uint64_t sim_u64(NSDictionary *from, NSString *key) {
  return [sim_value([from objectForKey:key]) unsignedLongLongValue];
}

uint64_t sim_u64_at(NSDictionary *from, NSString *key, NSUInteger index) {
  return [sim_value([[from objectForKey:key] objectAtIndex:index]) unsignedLongLongValue];
}

CFTypeRef sim_give(id object) {
  sim_add(&sim_live_cf, 1);
  return (CFTypeRef)[object retain];
}

void CFRelease(CFTypeRef object) {
  if (object == NULL) abort();  // as the real one does
  sim_add(&sim_live_cf, -1);
  [(id)object release];
}

static pthread_mutex_t sim_machine_lock = PTHREAD_MUTEX_INITIALIZER;
static NSDictionary *sim_kept;
static struct stat sim_kept_stat;
static int64_t sim_kept_generation;

static int sim_is_kept(const struct stat *now) {
  return sim_kept != nil && now->st_ino == sim_kept_stat.st_ino &&
         now->st_dev == sim_kept_stat.st_dev && now->st_size == sim_kept_stat.st_size &&
         now->st_mtim.tv_sec == sim_kept_stat.st_mtim.tv_sec &&
         now->st_mtim.tv_nsec == sim_kept_stat.st_mtim.tv_nsec;
}

NSDictionary *sim_machine(void) {
  const char *path = getenv("METAL_GUARD_SIM");
  struct stat now;
  memset(&now, 0, sizeof now);
  NSDictionary *machine = nil;
  pthread_mutex_lock(&sim_machine_lock);
  if (path != NULL && stat(path, &now) == 0 && !sim_is_kept(&now)) {
    @autoreleasepool {
      NSData *data = [NSData dataWithContentsOfFile:[NSString stringWithUTF8String:path]];
      id root = data == nil ? nil : [NSJSONSerialization JSONObjectWithData:data options:0 error:NULL];
      if (![root isKindOfClass:[NSDictionary class]]) {
        fprintf(stderr, "simulated Mac: %s is no machine\n", path);
        abort();
      }
      [sim_kept release];
      sim_kept = [root retain];
    }
    sim_kept_stat = now;
    sim_kept_generation++;
  }
  machine = [[sim_kept retain] autorelease];
  pthread_mutex_unlock(&sim_machine_lock);
  return machine != nil ? machine : [NSDictionary dictionary];
}

int64_t sim_generation(void) {
  pthread_mutex_lock(&sim_machine_lock);
  int64_t generation = sim_kept_generation;
  pthread_mutex_unlock(&sim_machine_lock);
  return generation;
}

static void sim_note(const char *call) {
  const char *path = getenv("METAL_GUARD_SIM_CALLS");
  if (path == NULL) return;
  FILE *out = fopen(path, "a");
  if (out == NULL) abort();
  fprintf(out, "%s\n", call);
  fclose(out);
}

// Writes one byte behind a block of memory: what a sanitizer has to see.
static void sim_overflow(void) {
  volatile char *block = malloc(8);
  if (block == NULL) abort();
  volatile size_t behind = 8;
  block[behind] = 1;
  free((void *)block);
}

void sim_enter(const char *call) {
  sim_note(call);
  int is_crash = 0, is_hang = 0, is_throw = 0, is_overflow = 0;
  @autoreleasepool {
    NSString *fault = [[sim_machine() objectForKey:@"faults"]
        objectForKey:[NSString stringWithUTF8String:call]];
    is_crash = [fault isEqual:@"crash"];
    is_hang = [fault isEqual:@"hang"];
    is_throw = [fault isEqual:@"throw"];
    is_overflow = [fault isEqual:@"overflow"];
  }
  if (is_crash) abort();
  while (is_hang) pause();
  if (is_overflow) sim_overflow();
  if (is_throw) [NSException raise:NSInternalInconsistencyException format:@"simulated"];
}

// GNUstep's +initialize of Foundation's classes takes two locks in either order; do it once, alone, before any other
// thread comes (called by sim_start.c).
void sim_warm_up(void);
void sim_warm_up(void) {
  @autoreleasepool {
    [NSThread currentThread];
    NSData *data = [@"{\"a\":[1,true,null,\"b\"]}" dataUsingEncoding:NSUTF8StringEncoding];
    id json = [NSJSONSerialization JSONObjectWithData:data options:0 error:NULL];
    [NSJSONSerialization dataWithJSONObject:sim_value(json) options:0 error:NULL];
    @try {
      [NSException raise:NSGenericException format:@"warm-up %d", 1];
    } @catch (NSException *expected) {
      [expected name];
    }
  }
}
