// Runs a fuzz target without a fuzzer: over its seeds, then over what some random changes make of them, always the
// same. Usage: replay_NAME SEEDS_DIR. Bounded by a count and by time, whichever comes first.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

namespace {

constexpr std::size_t changed_inputs = 20'000;
constexpr std::chrono::seconds longest{5};

void run(const std::string& input) {
  // Of just its size, so that a sanitizer sees every step past its end.
  const std::vector<unsigned char> bytes(input.begin(), input.end());
  (void)LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string changed(std::string input, const std::vector<std::string>& seeds, std::mt19937& random) {
  static const std::string telling = "\"\\\n\r,;:.-+'0129eE{}[]()%/ \t\x00\x7f\x80\xc2\xff";
  for (unsigned change = 1 + random() % 4; change > 0; --change) {
    const std::size_t at = random() % (input.size() + 1);
    const std::size_t length = random() % 8;
    switch (random() % 5) {
      case 0: input.insert(at, 1, telling[random() % telling.size()]); break;
      case 1: input.erase(at, length); break;
      case 2: input.insert(at, input.substr(random() % (input.size() + 1), length)); break;
      case 3:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      default: {
        const std::string& other = seeds[random() % seeds.size()];
        input.replace(at, length, other.substr(random() % (other.size() + 1), 2 * length));
      }
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (seeds.empty()) return 2;
  for (const std::string& seed : seeds) run(seed);
  std::mt19937 random(1);
  const auto end = std::chrono::steady_clock::now() + longest;
  std::size_t count = 0;
  for (; count < changed_inputs && std::chrono::steady_clock::now() < end; ++count)
    run(changed(seeds[random() % seeds.size()], seeds, random));
  std::printf("%zu seeds, %zu changed inputs\n", seeds.size(), count);
  return 0;
}
