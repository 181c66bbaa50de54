// The simulated Metal: devices, a queue, and a fill that the scene decides on.
#import "sim.h"

#import <Metal/Metal.h>
#import <objc/runtime.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t sim_metal_opens;
// How often Metal was opened in this process.
SIM_EXPORT int64_t mgsim_metal_opens(void) {
  return __atomic_load_n(&sim_metal_opens, __ATOMIC_SEQ_CST);
}

@interface SimMetal : NSObject
@end
@implementation SimMetal
- (id)init {
  sim_add(&sim_live_metal, 1);
  return [super init];
}
- (void)dealloc {
  sim_add(&sim_live_metal, -1);
  [super dealloc];
}
@end

@implementation MTLArchitecture
- (NSString *)name {
  return [[[[sim_machine() objectForKey:@"metal"] objectForKey:@"devices"] objectAtIndex:0]
      objectForKey:@"architecture"];
}
@end

@interface SimBuffer : SimMetal <MTLBuffer> {
 @public
  NSMutableData *data;
}
@end
@implementation SimBuffer
- (void *)contents {
  return [data mutableBytes];
}
- (void)dealloc {
  [data release];
  [super dealloc];
}
@end

@interface SimCommands : SimMetal <MTLCommandBuffer, MTLBlitCommandEncoder> {
  SimBuffer *target;
  NSRange range;
  uint8_t fill;
  BOOL ended;
  struct timespec committed;
}
@end
@implementation SimCommands
- (NSDictionary *)scene {
  return [[sim_machine() objectForKey:@"metal"] objectForKey:@"probe"];
}
- (id<MTLBlitCommandEncoder>)blitCommandEncoder {
  return self;
}
- (void)fillBuffer:(id<MTLBuffer>)buffer range:(NSRange)r value:(uint8_t)v {
  target = [(SimBuffer *)buffer retain];
  range = r;
  fill = v;
}
- (void)endEncoding {
  ended = YES;
}
- (void)commit {
  if (!ended) abort();  // as Metal's own assertion does
  clock_gettime(CLOCK_MONOTONIC, &committed);
}
- (MTLCommandBufferStatus)status {
  NSString *mode = [[self scene] objectForKey:@"mode"];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t us = (now.tv_sec - committed.tv_sec) * 1000000 + (now.tv_nsec - committed.tv_nsec) / 1000;
  if ([mode isEqual:@"hang"] || us < (int64_t)sim_u64([self scene], @"latencyUs")) return 3;
  if ([mode isEqual:@"error"]) return MTLCommandBufferStatusError;
  if (![mode isEqual:@"corrupt"]) memset((char *)[target contents] + range.location, fill, range.length);
  return MTLCommandBufferStatusCompleted;
}
- (NSError *)error {
  return [NSError errorWithDomain:@"MTLCommandBufferErrorDomain"
                             code:(NSInteger)sim_u64([self scene], @"errorCode")
                         userInfo:[NSDictionary dictionaryWithObject:@"Caused GPU Timeout Error"
                                                              forKey:NSLocalizedDescriptionKey]];
}
- (void)dealloc {
  [target release];
  [super dealloc];
}
@end

@interface SimQueue : SimMetal <MTLCommandQueue>
@end
@implementation SimQueue
- (id<MTLCommandBuffer>)commandBuffer {
  return [[[SimCommands alloc] init] autorelease];
}
@end

@interface SimDevice : SimMetal <MTLDevice> {
 @public
  NSDictionary *about;
}
@end
@implementation SimDevice
- (BOOL)respondsToSelector:(SEL)selector {  // before macOS 14 there was no -architecture
  if (sel_isEqual(selector, @selector(architecture))) return [about objectForKey:@"architecture"] != nil;
  return [super respondsToSelector:selector];
}
- (NSString *)name {
  if ([[about objectForKey:@"throw"] boolValue]) {
    [NSException raise:NSInternalInconsistencyException format:@"simulated"];
  }
  return [about objectForKey:@"name"];
}
- (MTLArchitecture *)architecture {
  return [[[MTLArchitecture alloc] init] autorelease];
}
- (uint64_t)registryID {
  return sim_u64(about, @"registryID");
}
- (uint64_t)recommendedMaxWorkingSetSize {
  return sim_u64(about, @"recommendedMaxWorkingSetSize");
}
- (NSUInteger)currentAllocatedSize {
  return sim_u64(about, @"currentAllocatedSize");
}
- (NSUInteger)maxBufferLength {
  return sim_u64(about, @"maxBufferLength");
}
- (BOOL)hasUnifiedMemory {
  return [[about objectForKey:@"hasUnifiedMemory"] boolValue];
}
- (BOOL)isLowPower {
  return [[about objectForKey:@"isLowPower"] boolValue];
}
- (BOOL)supportsFamily:(MTLGPUFamily)family {
  return [[about objectForKey:@"families"] containsObject:[NSNumber numberWithLong:family]];
}
- (id<MTLCommandQueue>)newCommandQueue {
  return [[SimQueue alloc] init];
}
- (id<MTLBuffer>)newBufferWithLength:(NSUInteger)length options:(MTLResourceOptions)options {
  (void)options;
  SimBuffer *buffer = [[SimBuffer alloc] init];
  buffer->data = [[NSMutableData alloc] initWithLength:length];
  return buffer;
}
- (void)dealloc {
  [about release];
  [super dealloc];
}
@end

NSArray *MTLCopyAllDevices(void) {
  sim_add(&sim_metal_opens, 1);
  sim_enter("MTLCopyAllDevices");
  NSMutableArray *all = [[NSMutableArray alloc] init];
  for (NSDictionary *about in [[sim_machine() objectForKey:@"metal"] objectForKey:@"devices"]) {
    SimDevice *device = [[SimDevice alloc] init];
    device->about = [about retain];
    [all addObject:device];
    [device release];
  }
  return all;
}
