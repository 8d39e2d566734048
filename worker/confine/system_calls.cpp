#include "worker/confine/system_calls.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>

#include "base/fd.hpp"

namespace platen::worker {

namespace {

#ifndef PR_SET_VMA
constexpr int PR_SET_VMA = 0x53564d41;  // glibc names the memory of its allocator
#endif

constexpr std::initializer_list<int> allowed{
    // memory; mmap and mprotect below
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(membarrier),
    // descriptors; fcntl below
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(preadv2), SCMP_SYS(write),
    SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2), SCMP_SYS(lseek), SCMP_SYS(close),
    SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(fstat), SCMP_SYS(fstatfs), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(copy_file_range),
    SCMP_SYS(sendfile), SCMP_SYS(memfd_create), SCMP_SYS(eventfd2), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(select), SCMP_SYS(pselect6),
    // the worker's socket
    SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(recvmsg), SCMP_SYS(recvfrom),
    // looking for files; open below
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    // threads; clone below
    SCMP_SYS(futex), SCMP_SYS(futex_waitv), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getattr),
    SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_getparam), SCMP_SYS(getcpu), SCMP_SYS(exit), SCMP_SYS(exit_group),
    // signals of its own; tgkill below
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    // time
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),
    // who and where it is
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrlimit),
    SCMP_SYS(getrusage)};

constexpr std::initializer_list<int> deadly{SCMP_SYS(execve),
                                            SCMP_SYS(execveat),
                                            SCMP_SYS(ptrace),
                                            SCMP_SYS(process_vm_readv),
                                            SCMP_SYS(process_vm_writev),
                                            SCMP_SYS(pidfd_getfd),
                                            SCMP_SYS(mount),
                                            SCMP_SYS(umount2),
                                            SCMP_SYS(move_mount),
                                            SCMP_SYS(fsopen),
                                            SCMP_SYS(open_tree),
                                            SCMP_SYS(pivot_root),
                                            SCMP_SYS(chroot),
                                            SCMP_SYS(unshare),
                                            SCMP_SYS(setns),
                                            SCMP_SYS(bpf),
                                            SCMP_SYS(perf_event_open),
                                            SCMP_SYS(userfaultfd),
                                            SCMP_SYS(io_uring_setup),
                                            SCMP_SYS(keyctl),
                                            SCMP_SYS(add_key),
                                            SCMP_SYS(request_key),
                                            SCMP_SYS(init_module),
                                            SCMP_SYS(finit_module),
                                            SCMP_SYS(kexec_load),
                                            SCMP_SYS(open_by_handle_at),
                                            SCMP_SYS(setuid),
                                            SCMP_SYS(setresuid),
                                            SCMP_SYS(reboot)};

// Of fcntl: nothing that makes the kernel send signals to others (F_SETOWN).
constexpr std::initializer_list<int> allowed_of_fcntl{F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,    F_SETFD,
                                                      F_GETFL, F_GET_SEALS,     F_ADD_SEALS};
constexpr std::initializer_list<int> allowed_of_prctl{PR_SET_NAME, PR_GET_NAME, PR_SET_VMA};

constexpr std::uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
constexpr std::uint64_t kinds_of_clone = CLONE_THREAD | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                         CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PTRACE | CLONE_PARENT;

constexpr unsigned balanced_tree = 2;  // of libseccomp's "optimize"

/// The filter as it is put together; the first error stays. Threads: one.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release) { error_ = context_ ? 0 : -ENOMEM; }

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = seccomp_attr_set(context_.get(), attribute, value);
  }
  void add(std::uint32_t action, int call) { add(action, call, {}); }
  /// Only where all `conditions` hold.
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (error_ == 0)
      error_ = seccomp_rule_add_array(context_.get(), action, call, static_cast<unsigned>(conditions.size()),
                                      conditions.begin());
  }
  void load() {
    if (error_ == 0) error_ = seccomp_load(context_.get());
  }
  [[nodiscard]] int error() const { return -error_; }

 private:
  std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, decltype(&seccomp_release)> context_;
  int error_ = 0;
};

/// That none of `bits` of an argument is set, but `set`.
scmp_arg_cmp has_only(unsigned argument, std::uint64_t bits, std::uint64_t set) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, set};
}
scmp_arg_cmp is(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

void allow_some_uses(Filter& filter) {
  // Not anonymous and shared: the limit on memory does not count that.
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {has_only(2, PROT_EXEC, 0), has_only(3, MAP_TYPE, MAP_PRIVATE)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {has_only(2, PROT_EXEC, 0), has_only(3, MAP_ANONYMOUS, 0)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), {has_only(2, PROT_EXEC, 0)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(open), {has_only(1, writing, O_RDONLY)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(openat), {has_only(2, writing, O_RDONLY)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(clone), {has_only(0, kinds_of_clone, CLONE_THREAD)});
  // Its flags lie in memory, where no filter sees them: glibc then uses clone.
  filter.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  // How abort() ends a process; no other's threads.
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {is(0, static_cast<std::uint64_t>(::getpid()))});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {is(0, 0), is(2, 0)});  // what are my limits?
  for (const int command : allowed_of_fcntl)
    filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {is(1, static_cast<std::uint64_t>(command))});
  for (const int option : allowed_of_prctl)
    filter.add(SCMP_ACT_ALLOW, SCMP_SYS(prctl), {is(0, static_cast<std::uint64_t>(option))});
}

}  // namespace

bool has_system_call_filters() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Result<void> filter_system_calls() {
  Filter filter;
  filter.set(SCMP_FLTATR_CTL_TSYNC, 1);
  // The filter is for what the process asks for, not for what it speculates: mitigations as for any other program.
  filter.set(SCMP_FLTATR_CTL_SSB, 1);
  filter.set(SCMP_FLTATR_CTL_OPTIMIZE, balanced_tree);
  for (const int call : allowed) filter.add(SCMP_ACT_ALLOW, call);
  for (const int call : deadly) filter.add(SCMP_ACT_KILL_PROCESS, call);
  allow_some_uses(filter);
  filter.load();
  if (filter.error() == 0) return {};
  return fail(Errc::internal, "the system call filter: " + errno_text(filter.error()));
}

}  // namespace platen::worker
