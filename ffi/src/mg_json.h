// From Objective-C values to JSON text: helpers of metal_guard.m, which is one translation unit.
#ifndef MG_JSON_H
#define MG_JSON_H

#import <Foundation/Foundation.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "metal_guard.h"

// Deeper than anything a driver publishes, the list and the entry around it counted; a bound on recursion.
#define MG_MAX_DEPTH 14

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

// JSON text that grows.  Written here rather than by NSJSONSerialization, which wants a copy of everything that holds
// only what it takes, fails as a whole for one text that is no Unicode, and took a third of each question's time.
typedef struct {
  char *bytes;
  size_t length, room;
  int is_broken;  // there was no memory for it
} mg_buffer;

static void mg_add(mg_buffer *to, const char *bytes, size_t length) {
  if (to->length + length > to->room) {
    size_t room = 2 * (to->length + length) + 4096;
    char *grown = malloc(room);
    if (grown == NULL) {
      to->is_broken = 1;
      return;
    }
    if (to->length > 0) memcpy(grown, to->bytes, to->length);
    free(to->bytes);
    to->bytes = grown;
    to->room = room;
  }
  memcpy(to->bytes + to->length, bytes, length);
  to->length += length;
}

// A text ends at its first NUL, as the kernel's own do.
static void mg_add_text(mg_buffer *to, NSString *value) {
  static const char digits[] = "0123456789abcdef";
  const char *text = [value UTF8String];
  if (text == NULL) {  // half a pair of surrogates
    mg_add(to, "null", 4);
    return;
  }
  mg_add(to, "\"", 1);
  const char *from = text;
  for (; *text != 0; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    mg_add(to, from, (size_t)(text - from));
    char escape[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    mg_add(to, escape, sizeof escape);
    from = text + 1;
  }
  mg_add(to, from, (size_t)(text - from));
  mg_add(to, "\"", 1);
}

static void mg_add_whole(mg_buffer *to, uint64_t value, int is_negative) {
  char text[21];
  char *begin = text + sizeof text;
  do {
    *--begin = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  if (is_negative) *--begin = '-';
  mg_add(to, begin, (size_t)(text + sizeof text - begin));
}

// A fraction, to the last digit: rare, and not worth an algorithm of our own.
static void mg_add_real(mg_buffer *to, NSNumber *value) {
  NSArray *list = [NSArray arrayWithObjects:value, nil];
  NSData *data = [NSJSONSerialization dataWithJSONObject:list options:0 error:NULL];
  const char *text = [data bytes];
  size_t length = [data length];
  if (length > 2) mg_add(to, text + 1, length - 2);
  else mg_add(to, "null", 4);
}

// Yes and no are two objects, known by their address: a number of one byte has the same type as they.
static void mg_add_number(mg_buffer *to, NSNumber *value) {
  char type = [value objCType][0];
  int is_byte = type == 'c' || type == 'C' || type == 'B';
  if (is_byte && value == [NSNumber numberWithBool:YES]) {
    mg_add(to, "true", 4);
  } else if (is_byte && value == [NSNumber numberWithBool:NO]) {
    mg_add(to, "false", 5);
  } else if (type == 'Q' || type == 'L') {
    mg_add_whole(to, [value unsignedLongLongValue], 0);
  } else if (type != 'd' && type != 'f') {
    long long whole = [value longLongValue];
    mg_add_whole(to, whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole, whole < 0);
  } else {
    double number = [value doubleValue];
    if (number - number == 0.0) mg_add_real(to, value);
    else mg_add(to, "null", 4);  // JSON has no NaN and no infinity
  }
}

// Anything that a registry property may hold.
static void mg_add_json(mg_buffer *to, id value, int depth) {
  if (value == nil || value == [NSNull null] || depth > MG_MAX_DEPTH) {
    mg_add(to, "null", 4);
  } else if ([value isKindOfClass:[NSString class]]) {
    mg_add_text(to, value);
  } else if ([value isKindOfClass:[NSNumber class]]) {
    mg_add_number(to, value);
  } else if ([value isKindOfClass:[NSDictionary class]]) {
    char mark = '{';
    for (id key in value) {
      mg_add(to, &mark, 1);
      mg_add_text(to, [key description]);
      mg_add(to, ":", 1);
      mg_add_json(to, [value objectForKey:key], depth + 1);
      mark = ',';
    }
    mg_add(to, mark == '{' ? "{}" : "}", mark == '{' ? 2 : 1);
  } else if ([value isKindOfClass:[NSArray class]] || [value isKindOfClass:[NSSet class]]) {
    char mark = '[';
    for (id item in value) {
      mg_add(to, &mark, 1);
      mg_add_json(to, item, depth + 1);
      mark = ',';
    }
    mg_add(to, mark == '[' ? "[]" : "]", mark == '[' ? 2 : 1);
  } else if ([value isKindOfClass:[NSData class]]) {
    mg_add(to, "{\"hex\":", 7);
    mg_add_text(to, mg_hex(value));
    mg_add(to, "}", 1);
  } else {
    mg_add_text(to, [value description]);
  }
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
  mg_buffer text = {NULL, 0, 0, 0};
  int64_t length = MG_E_JSON;
  @try {
    mg_add_json(&text, value, 0);
    if (!text.is_broken) length = mg_write_bytes(text.bytes, text.length, out, cap);
  } @finally {
    free(text.bytes);
  }
  return length;
}

static void mg_put_u64(NSMutableDictionary *into, NSString *key, uint64_t value) {
  [into setObject:[NSNumber numberWithUnsignedLongLong:value] forKey:key];
}

static void mg_put_text(NSMutableDictionary *into, NSString *key, const char *bytes) {
  NSString *text = mg_text(bytes);
  if (text != nil) [into setObject:text forKey:key];
}

#endif
