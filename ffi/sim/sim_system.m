// The simulated Mach, libproc and sysctl.
#import "sim.h"

#include <errno.h>
#include <libproc.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysctl.h>

mach_port_t mach_task_self_ = 1;

mach_port_t mach_host_self(void) {
  sim_add(&sim_live_ports, 1);
  return 2;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name) {
  (void)task;
  (void)name;
  sim_add(&sim_live_ports, -1);
  return KERN_SUCCESS;
}

kern_return_t host_page_size(mach_port_t host, vm_size_t *size) {
  (void)host;
  sim_enter("host_page_size");
  @autoreleasepool {
    *size = sim_u64([sim_machine() objectForKey:@"host"], @"pageSize");
  }
  return *size == 0 ? KERN_FAILURE : KERN_SUCCESS;
}

kern_return_t host_statistics64(mach_port_t host, int flavor, host_info64_t info,
                                mach_msg_type_number_t *count) {
  (void)host;
  sim_enter("host_statistics64");
  if (flavor != HOST_VM_INFO64 || *count < HOST_VM_INFO64_COUNT) return KERN_FAILURE;
  @autoreleasepool {
    NSDictionary *vm = [[sim_machine() objectForKey:@"host"] objectForKey:@"vm"];
    vm_statistics64_data_t *out = (vm_statistics64_data_t *)info;
#define FIELD(name) out->name = sim_u64(vm, @ #name)
    FIELD(free_count);
    FIELD(active_count);
    FIELD(inactive_count);
    FIELD(wire_count);
    FIELD(speculative_count);
    FIELD(purgeable_count);
    FIELD(compressor_page_count);
    FIELD(external_page_count);
    FIELD(internal_page_count);
    FIELD(total_uncompressed_pages_in_compressor);
    FIELD(swapins);
    FIELD(swapouts);
#undef FIELD
  }
  return KERN_SUCCESS;
}

static NSDictionary *sim_process(int pid) {
  return [[sim_machine() objectForKey:@"processes"]
      objectForKey:[NSString stringWithFormat:@"%d", pid]];
}

// "deny": true is another user's process: the kernel refuses all but the short facts.
static int sim_is_denied(NSDictionary *process) {
  return [[process objectForKey:@"deny"] boolValue];
}

static void sim_put_text(char *to, size_t size, NSString *text) {
  memset(to, 0, size);
  if (text != nil) strncpy(to, [text UTF8String], size - 1);
}

static int sim_info(NSDictionary *process, uint32_t pid, struct proc_bsdinfo *info) {
  memset(info, 0, sizeof *info);
  info->pbi_pid = pid;
  info->pbi_ppid = (uint32_t)sim_u64(process, @"ppid");
  info->pbi_pgid = (uint32_t)sim_u64(process, @"pgid");
  info->pbi_uid = (uint32_t)sim_u64(process, @"uid");
  info->pbi_status = (uint32_t)sim_u64(process, @"status");
  info->pbi_start_tvsec = sim_u64_at(process, @"start", 0);
  info->pbi_start_tvusec = sim_u64_at(process, @"start", 1);
  sim_put_text(info->pbi_comm, sizeof info->pbi_comm, [process objectForKey:@"command"]);
  sim_put_text(info->pbi_name, sizeof info->pbi_name, [process objectForKey:@"name"]);
  return (int)sizeof *info;
}

static int sim_short_info(NSDictionary *process, uint32_t pid, struct proc_bsdshortinfo *info) {
  memset(info, 0, sizeof *info);
  info->pbsi_pid = pid;
  info->pbsi_ppid = (uint32_t)sim_u64(process, @"ppid");
  info->pbsi_pgid = (uint32_t)sim_u64(process, @"pgid");
  info->pbsi_uid = (uint32_t)sim_u64(process, @"uid");
  info->pbsi_status = (uint32_t)sim_u64(process, @"status");
  sim_put_text(info->pbsi_comm, sizeof info->pbsi_comm, [process objectForKey:@"command"]);
  return (int)sizeof *info;
}

int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size) {
  sim_enter("proc_pidinfo");
  @autoreleasepool {
    NSDictionary *process = sim_process(pid);
    // As the kernel: a zombie is only found by who asks for zombies too.
    if (process == nil || (sim_u64(process, @"status") == SZOMB && arg == 0)) {
      errno = ESRCH;
      return 0;
    }
    if (flavor == PROC_PIDT_SHORTBSDINFO && size >= (int)sizeof(struct proc_bsdshortinfo)) {
      return sim_short_info(process, (uint32_t)pid, buffer);
    }
    if (flavor != PROC_PIDTBSDINFO || size < (int)sizeof(struct proc_bsdinfo)) {
      errno = EINVAL;
      return 0;
    }
    if (sim_is_denied(process)) {
      errno = EPERM;
      return 0;
    }
    return sim_info(process, (uint32_t)pid, buffer);
  }
}

int proc_pidpath(int pid, void *buffer, uint32_t size) {
  @autoreleasepool {
    NSString *path = [sim_process(pid) objectForKey:@"path"];
    if (path == nil || strlen([path UTF8String]) >= size) return 0;
    strcpy(buffer, [path UTF8String]);
    return (int)strlen(buffer);
  }
}

int proc_pid_rusage(int pid, int flavor, rusage_info_t *buffer) {
  sim_enter("proc_pid_rusage");
  @autoreleasepool {
    NSDictionary *process = sim_process(pid);
    int is_zombie = sim_u64(process, @"status") == SZOMB;
    if (process == nil || flavor != RUSAGE_INFO_V4 || is_zombie || sim_is_denied(process)) {
      errno = process == nil || is_zombie ? ESRCH : EPERM;
      return -1;
    }
    struct rusage_info_v4 *usage = (struct rusage_info_v4 *)buffer;
    memset(usage, 0, sizeof *usage);
    usage->ri_proc_start_abstime = sim_u64(process, @"startAbstime");
    usage->ri_phys_footprint = sim_u64(process, @"physFootprint");
    usage->ri_lifetime_max_phys_footprint = sim_u64(process, @"lifetimeMax");
    usage->ri_resident_size = sim_u64(process, @"resident");
    usage->ri_wired_size = sim_u64(process, @"wired");
  }
  return 0;
}

int proc_listpids(uint32_t type, uint32_t typeinfo, void *buffer, int size) {
  if (type != PROC_PPID_ONLY) abort();
  int *pids = buffer;
  int before = errno;  // a call that succeeds leaves it alone
  sim_enter("proc_listpids");
  int count = 0;
  @autoreleasepool {
    NSDictionary *all = [sim_machine() objectForKey:@"processes"];
    NSArray *sorted = [[all allKeys] sortedArrayUsingSelector:@selector(compare:)];
    for (NSString *pid in sorted) {
      if (sim_u64([all objectForKey:pid], @"ppid") != typeinfo) continue;
      if ((count + 1) * (int)sizeof *pids > size) break;
      pids[count++] = [pid intValue];
    }
  }
  errno = before;
  return count * (int)sizeof *pids;
}

int kill(int pid, int signal) {  // hidden: only this library sees it
  if (signal != 0) abort();
  @autoreleasepool {
    NSDictionary *process = sim_process(pid);
    if (process == nil) errno = ESRCH;
    if (process != nil && sim_is_denied(process)) errno = EPERM;
    return process != nil && !sim_is_denied(process) ? 0 : -1;
  }
}

// --- sysctl ----------------------------------------------------------------

static int sim_answer(NSData *data, void *value, size_t *size) {
  if (*size < [data length]) {
    errno = ENOMEM;
    return -1;
  }
  memcpy(value, [data bytes], [data length]);
  *size = [data length];
  return 0;
}

static void sim_append_text(NSMutableData *data, NSString *text) {
  [data appendBytes:[text UTF8String] length:strlen([text UTF8String]) + 1];
}

// KERN_PROCARGS2 as the kernel lays it out, an environment at its end.
static NSData *sim_args(NSDictionary *process) {
  if ([process objectForKey:@"argsBytes"] != nil) return sim_value([process objectForKey:@"argsBytes"]);
  NSArray *args = [process objectForKey:@"args"];
  NSMutableData *data = [NSMutableData data];
  int count = (int)[args count];
  [data appendBytes:&count length:sizeof count];
  sim_append_text(data, [process objectForKey:@"path"]);
  [data appendBytes:"\0\0\0\0\0\0\0" length:7];
  for (NSString *one in args) sim_append_text(data, one);
  sim_append_text(data, @"SECRET=not for us");
  return data;
}

int sysctl(int *name, unsigned int length, void *value, size_t *size, void *newValue,
           size_t newSize) {
  sim_enter("sysctl");
  if (newValue != NULL || newSize != 0) abort();  // read-only by design
  if (length != 3 || name[0] != CTL_KERN || name[1] != KERN_PROCARGS2) abort();
  @autoreleasepool {
    NSDictionary *process = sim_process(name[2]);
    if (process == nil || sim_is_denied(process) || sim_u64(process, @"status") == SZOMB) {
      errno = EINVAL;
      return -1;
    }
    return sim_answer(sim_args(process), value, size);
  }
}

static NSData *sim_sysctl(id entry) {
  NSMutableData *data = [NSMutableData data];
  if ([entry isKindOfClass:[NSString class]]) {
    sim_append_text(data, entry);
  } else if ([entry objectForKey:@"u32"] != nil) {
    uint32_t number = (uint32_t)sim_u64(entry, @"u32");
    [data appendBytes:&number length:sizeof number];
  } else if ([entry objectForKey:@"u64"] != nil) {
    uint64_t number = sim_u64(entry, @"u64");
    [data appendBytes:&number length:sizeof number];
  } else if ([entry objectForKey:@"bytes"] != nil) {
    return sim_value([entry objectForKey:@"bytes"]);
  } else if ([entry objectForKey:@"timeval"] != nil) {
    struct timeval time;
    memset(&time, 0, sizeof time);
    time.tv_sec = (long)sim_u64_at(entry, @"timeval", 0);
    time.tv_usec = (int)sim_u64_at(entry, @"timeval", 1);
    [data appendBytes:&time length:sizeof time];
  } else if ([entry objectForKey:@"xsw"] != nil) {
    struct xsw_usage swap;
    memset(&swap, 0, sizeof swap);
    swap.xsu_total = sim_u64_at(entry, @"xsw", 0);
    swap.xsu_used = sim_u64_at(entry, @"xsw", 1);
    swap.xsu_avail = sim_u64_at(entry, @"xsw", 2);
    [data appendBytes:&swap length:sizeof swap];
  } else {
    return nil;
  }
  return data;
}

int sysctlbyname(const char *name, void *value, size_t *size, void *newValue, size_t newSize) {
  sim_enter("sysctlbyname");
  if (newValue != NULL || newSize != 0) abort();  // read-only by design
  @autoreleasepool {
    id entry = [[sim_machine() objectForKey:@"sysctl"]
        objectForKey:[NSString stringWithUTF8String:name]];
    NSData *data = entry == nil ? nil : sim_sysctl(entry);
    if (data == nil) {
      errno = ENOENT;
      return -1;
    }
    return sim_answer(data, value, size);
  }
}
