// From Objective-C values to JSON text: helpers of metal_guard.m, which is one translation unit.
#ifndef MG_JSON_H
#define MG_JSON_H

#import <Foundation/Foundation.h>
#include <stdint.h>
#include <string.h>

#include "metal_guard.h"

// Deeper than anything a driver publishes; a bound on recursion.
#define MG_MAX_DEPTH 12

static NSString *mg_hex(NSData *data) {
  static const char digits[] = "0123456789abcdef";
  const unsigned char *bytes = [data bytes];
  NSUInteger length = [data length];
  if (length > 256) length = 256;
  char text[513];
  for (NSUInteger i = 0; i < length; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  text[2 * length] = 0;
  return [NSString stringWithUTF8String:text];
}

// Names and paths are bytes to the kernel; what is no UTF-8 is read as Latin-1, which everything is.
static NSString *mg_text(const char *bytes) {
  NSString *text = [NSString stringWithUTF8String:bytes];
  return text != nil ? text : [NSString stringWithCString:bytes encoding:NSISOLatin1StringEncoding];
}

// Anything that a registry property may hold -> something that NSJSONSerialization takes.
static id mg_jsonable(id value, int depth) {
  if (value == nil || depth > MG_MAX_DEPTH) return [NSNull null];
  if ([value isKindOfClass:[NSString class]]) return value;
  if ([value isKindOfClass:[NSNumber class]]) {
    double number = [value doubleValue];
    return number - number == 0.0 ? value : (id)[NSNull null];  // JSON has no NaN and no infinity
  }
  if ([value isKindOfClass:[NSData class]]) {
    return [NSDictionary dictionaryWithObject:mg_hex(value) forKey:@"hex"];
  }
  if ([value isKindOfClass:[NSDictionary class]]) {
    NSMutableDictionary *out = [NSMutableDictionary dictionary];
    for (id key in value) {
      [out setObject:mg_jsonable([value objectForKey:key], depth + 1) forKey:[key description]];
    }
    return out;
  }
  if ([value isKindOfClass:[NSArray class]] || [value isKindOfClass:[NSSet class]]) {
    NSMutableArray *out = [NSMutableArray array];
    for (id item in value) [out addObject:mg_jsonable(item, depth + 1)];
    return out;
  }
  if (value == [NSNull null]) return value;
  return [value description];
}

static int64_t mg_write_bytes(const void *bytes, uint64_t length, char *out, uint64_t cap) {
  if (out != NULL && cap > 0) {
    if (length < cap) {
      memcpy(out, bytes, (size_t)length);
      out[length] = 0;
    } else {
      out[0] = 0;
    }
  }
  return (int64_t)length;
}

static int64_t mg_write_json(id value, char *out, uint64_t cap) {
  NSData *data = [NSJSONSerialization dataWithJSONObject:value options:0 error:NULL];
  if (data == nil) return MG_E_JSON;
  return mg_write_bytes([data bytes], (uint64_t)[data length], out, cap);
}

static void mg_put_u64(NSMutableDictionary *into, NSString *key, uint64_t value) {
  [into setObject:[NSNumber numberWithUnsignedLongLong:value] forKey:key];
}

static void mg_put_text(NSMutableDictionary *into, NSString *key, const char *bytes) {
  NSString *text = mg_text(bytes);
  if (text != nil) [into setObject:text forKey:key];
}

#endif
