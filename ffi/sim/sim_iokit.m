// The simulated IORegistry and the list of kernel extensions.
#import "sim.h"

#import <IOKit/IOKitLib.h>
#import <IOKit/kext/KextManager.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  id object;         // NSDictionary: an entry; NSArray: what an iterator goes through
  NSUInteger next;   // of an iterator
  int is_overtaken;  // the registry has changed under this iterator
  int references;
} SimHandle;

enum { SIM_HANDLES = 4096 };
static pthread_mutex_t sim_lock = PTHREAD_MUTEX_INITIALIZER;
static SimHandle sim_handles[SIM_HANDLES];  // a handle is its index + 1

// "walksCut": N cuts the first N walks over a list after its first entry, as a change of the registry does; with
// "walksCutLength" only over lists of that length.
static int64_t sim_cut_generation, sim_cuts;

static io_object_t sim_open(id object) {
  io_object_t handle = 0;
  pthread_mutex_lock(&sim_lock);
  for (unsigned i = 0; i < SIM_HANDLES && handle == 0; i++) {
    if (sim_handles[i].references == 0) {
      sim_handles[i] = (SimHandle){.object = [object retain], .references = 1};
      handle = i + 1;
    }
  }
  pthread_mutex_unlock(&sim_lock);
  if (handle == 0) abort();
  return handle;
}

static SimHandle *sim_alive(io_object_t handle) {
  if (handle == 0 || handle > SIM_HANDLES || sim_handles[handle - 1].references == 0) return NULL;
  return &sim_handles[handle - 1];
}

static NSDictionary *sim_entry(io_object_t handle) {
  pthread_mutex_lock(&sim_lock);
  SimHandle *slot = sim_alive(handle);
  id object = slot == NULL ? nil : [[slot->object retain] autorelease];
  pthread_mutex_unlock(&sim_lock);
  if (object == nil) sim_add(&sim_errors, 1);
  return object;
}

SIM_EXPORT int64_t mgsim_live_handles(void) {
  int64_t live = 0;
  pthread_mutex_lock(&sim_lock);
  for (unsigned i = 0; i < SIM_HANDLES; i++) live += sim_handles[i].references > 0;
  pthread_mutex_unlock(&sim_lock);
  return live;
}

kern_return_t IOObjectRelease(io_object_t handle) {
  id gone = nil;
  pthread_mutex_lock(&sim_lock);
  SimHandle *slot = sim_alive(handle);
  if (slot != NULL && --slot->references == 0) {
    gone = slot->object;
    slot->object = nil;
  }
  pthread_mutex_unlock(&sim_lock);
  if (slot == NULL) sim_add(&sim_errors, 1);
  [gone release];
  return slot == NULL ? KERN_FAILURE : KERN_SUCCESS;
}

CFMutableDictionaryRef IOServiceMatching(const char *name) {
  sim_enter("IOServiceMatching");
  return (CFMutableDictionaryRef)sim_give([NSMutableDictionary
      dictionaryWithObject:[NSString stringWithUTF8String:name]
                    forKey:@"IOProviderClass"]);
}

kern_return_t IOServiceGetMatchingServices(mach_port_t port, CFDictionaryRef matching,
                                           io_iterator_t *existing) {
  (void)port;
  sim_enter("IOServiceGetMatchingServices");
  NSString *wanted = [(NSDictionary *)matching objectForKey:@"IOProviderClass"];
  NSMutableArray *found = [NSMutableArray array];
  for (NSDictionary *entry in [sim_machine() objectForKey:@"registry"]) {
    if ([[entry objectForKey:@"class"] isEqual:wanted] ||
        [[entry objectForKey:@"conformsTo"] containsObject:wanted]) {
      [found addObject:entry];
    }
  }
  CFRelease(matching);
  // The real one, too, gives no iterator for nothing.
  *existing = [found count] > 0 ? sim_open(found) : 0;
  return KERN_SUCCESS;
}

io_object_t IOIteratorNext(io_iterator_t iterator) {
  sim_enter("IOIteratorNext");
  int64_t cuts = (int64_t)sim_u64(sim_machine(), @"walksCut");
  uint64_t length = sim_u64(sim_machine(), @"walksCutLength");
  int64_t generation = sim_generation();
  id next = nil;
  pthread_mutex_lock(&sim_lock);
  SimHandle *slot = sim_alive(iterator);
  if (generation != sim_cut_generation) {
    sim_cut_generation = generation;
    sim_cuts = 0;
  }
  int is_meant = slot != NULL && (length == 0 || [slot->object count] == length);
  if (is_meant && slot->next == 1 && sim_cuts < cuts) {
    sim_cuts++;
    slot->is_overtaken = 1;
  } else if (slot != NULL && slot->next < [slot->object count]) {
    next = [[[slot->object objectAtIndex:slot->next] retain] autorelease];
    slot->next++;
  }
  pthread_mutex_unlock(&sim_lock);
  if (slot == NULL) sim_add(&sim_errors, 1);
  return next == nil ? 0 : sim_open(next);
}

boolean_t IOIteratorIsValid(io_iterator_t iterator) {
  pthread_mutex_lock(&sim_lock);
  SimHandle *slot = sim_alive(iterator);
  boolean_t valid = slot != NULL && !slot->is_overtaken;
  pthread_mutex_unlock(&sim_lock);
  return valid;
}

void IOIteratorReset(io_iterator_t iterator) {
  pthread_mutex_lock(&sim_lock);
  SimHandle *slot = sim_alive(iterator);
  if (slot != NULL) {
    slot->next = 0;
    slot->is_overtaken = 0;
  }
  pthread_mutex_unlock(&sim_lock);
  if (slot == NULL) sim_add(&sim_errors, 1);
}

kern_return_t IOObjectGetClass(io_object_t object, io_name_t name) {
  NSDictionary *entry = sim_entry(object);
  NSString *class = [entry objectForKey:@"class"];
  if (class == nil) return KERN_FAILURE;
  strncpy(name, [class UTF8String], sizeof(io_name_t) - 1);
  name[sizeof(io_name_t) - 1] = 0;
  return KERN_SUCCESS;
}

kern_return_t IORegistryEntryGetRegistryEntryID(io_registry_entry_t object, uint64_t *id64) {
  NSDictionary *entry = sim_entry(object);
  if ([entry objectForKey:@"id"] == nil) return KERN_FAILURE;
  *id64 = sim_u64(entry, @"id");
  return KERN_SUCCESS;
}

kern_return_t IORegistryEntryGetChildIterator(io_registry_entry_t object, const char *plane,
                                              io_iterator_t *iterator) {
  NSDictionary *entry = sim_entry(object);
  if (entry == nil || strcmp(plane, kIOServicePlane) != 0) return KERN_FAILURE;
  NSArray *children = [entry objectForKey:@"children"];
  *iterator = sim_open(children != nil ? children : [NSArray array]);
  return KERN_SUCCESS;
}

CFTypeRef IORegistryEntryCreateCFProperty(io_registry_entry_t object, CFStringRef key,
                                          CFAllocatorRef allocator, IOOptionBits options) {
  (void)allocator;
  (void)options;
  sim_enter("IORegistryEntryCreateCFProperty");
  id value = [[sim_entry(object) objectForKey:@"properties"] objectForKey:(NSString *)key];
  return value == nil ? NULL : sim_give(sim_value(value));
}

CFDictionaryRef KextManagerCopyLoadedKextInfo(CFArrayRef identifiers, CFArrayRef keys) {
  (void)identifiers;
  sim_enter("KextManagerCopyLoadedKextInfo");
  NSDictionary *kexts = [sim_machine() objectForKey:@"kexts"];
  if (kexts == nil) return NULL;
  NSMutableDictionary *out = [NSMutableDictionary dictionary];
  for (NSString *identifier in kexts) {
    NSDictionary *all = sim_value([kexts objectForKey:identifier]);
    NSMutableDictionary *one = [NSMutableDictionary dictionary];
    for (NSString *key in (NSArray *)keys) {
      if ([all objectForKey:key] != nil) [one setObject:[all objectForKey:key] forKey:key];
    }
    [out setObject:one forKey:identifier];
  }
  return (CFDictionaryRef)sim_give(out);
}
