#include "tests/support/faulty_system.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "base/fd.hpp"

namespace platen::test {

FaultySystem::FaultySystem() {
  const std::string path = folder_ / "faults";
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file || ::ftruncate(file.get(), sizeof(FaultsFile)) != 0) throw std::runtime_error("no file for faults");
  void* const map = ::mmap(nullptr, sizeof(FaultsFile), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (map == MAP_FAILED) throw std::runtime_error("the file for faults cannot be mapped");
  shared_ = static_cast<FaultsFile*>(map);
}

FaultySystem::~FaultySystem() { ::munmap(shared_, sizeof(FaultsFile)); }

std::vector<std::pair<std::string, std::string>> FaultySystem::environment() const {
  return {{"LD_PRELOAD", std::string(PLATEN_BINARIES) + "/libfault_preload.so"}, {"FAULTS_FILE", folder_ / "faults"}};
}

void FaultySystem::fill_disk(const std::string& folder, int from, int count) {
  __atomic_store_n(&shared_->fail_from, 0, __ATOMIC_SEQ_CST);
  std::snprintf(static_cast<char*>(shared_->folder), sizeof shared_->folder, "%s", folder.c_str());
  shared_->failed[0] = '\0';
  shared_->fail_count = count;
  __atomic_store_n(&shared_->writes, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&shared_->fail_from, from, __ATOMIC_SEQ_CST);
}

int FaultySystem::writes() const { return __atomic_load_n(&shared_->writes, __ATOMIC_SEQ_CST); }
std::string FaultySystem::failed() const { return static_cast<const char*>(shared_->failed); }

void FaultySystem::set_clock_ahead(long long seconds) {
  __atomic_store_n(&shared_->clock_offset_s, seconds, __ATOMIC_SEQ_CST);
}

}  // namespace platen::test
