// A library with our functions that crashes or hangs where the machine's GPUs are asked for.
// BAD_LIBRARY names a file with one word: crash, hang, or anything else for a library that has no answers.
// Without headers and start files, so that a bare compiler is enough.
char *getenv(const char *name);
int open(const char *path, int flags, ...);
long read(int file, void *to, unsigned long size);
int close(int file);
unsigned sleep(unsigned seconds);

typedef int int32_t;
typedef unsigned uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

#define NONE (-4)

static void misbehave(void) {
  char first = 0;
  const char *path = getenv("BAD_LIBRARY");
  int file = path ? open(path, 0) : -1;
  if (file >= 0) {
    if (read(file, &first, 1) != 1) first = 0;
    close(file);
  }
  if (first == 'c') *(volatile int *)8 = 1;
  while (first == 'h') sleep(1);
}

int32_t mg_abi_version(void) { return 2; }
int64_t mg_sysctls(const char *numbers, const char *texts, char *out, uint64_t cap) { (void)numbers; (void)texts; (void)out; (void)cap; return NONE; }
int64_t mg_boot_session(char *out, uint64_t cap) { (void)out; (void)cap; return NONE; }
int64_t mg_accelerators(char *out, uint64_t cap) { (void)out; (void)cap; misbehave(); return NONE; }
int64_t mg_gpu_clients(char *out, uint64_t cap) { (void)out; (void)cap; return NONE; }
int64_t mg_kexts(const char *names, char *out, uint64_t cap) { (void)names; (void)out; (void)cap; return NONE; }
int64_t mg_metal_devices(char *out, uint64_t cap) { (void)out; (void)cap; misbehave(); return NONE; }
int64_t mg_metal_probe(uint32_t ms, char *out, uint64_t cap) { (void)ms; (void)out; (void)cap; return NONE; }
int64_t mg_host_memory(char *out, uint64_t cap) { (void)out; (void)cap; return NONE; }
int64_t mg_process(int32_t pid, char *out, uint64_t cap) { (void)pid; (void)out; (void)cap; return NONE; }
int64_t mg_process_args(int32_t pid, char *out, uint64_t cap) { (void)pid; (void)out; (void)cap; return NONE; }
int64_t mg_children(int32_t pid, char *out, uint64_t cap) { (void)pid; (void)out; (void)cap; return NONE; }
int32_t mg_pid_alive(int32_t pid) { (void)pid; return NONE; }
