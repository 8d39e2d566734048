#include "tests/support/redis_texts.hpp"

#include <stdexcept>
#include <string_view>

namespace platen::test {

namespace {

constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t digit_place = 4;  // behind `job_`

}  // namespace

std::string prefix_of(std::size_t shard) { return std::string("platen:{") + digits.at(shard) + "}:"; }

std::size_t shard_named_by(const std::string& job) { return digits.find(job.at(digit_place)); }

redis::Reply ask(redis::Caller& redis, const std::vector<std::string>& command) {
  const std::vector<std::string_view> arguments(command.begin(), command.end());
  auto reply = redis.call(arguments);
  if (!reply || redis::Value(*reply).is_error()) throw std::runtime_error("redis-server does not answer");
  return *std::move(reply);
}

std::vector<std::string> texts(redis::Caller& redis, const std::vector<std::string>& command) {
  const redis::Reply reply = ask(redis, command);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < redis::Value(reply).size(); ++i) all.emplace_back(redis::Value(reply)[i].text());
  return all;
}

std::map<std::string, std::string> pairs(redis::Caller& redis, const std::vector<std::string>& command) {
  const std::vector<std::string> flat = texts(redis, command);
  std::map<std::string, std::string> all;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) all[flat[i]] = flat[i + 1];
  return all;
}

std::map<std::string, long long> numbers(redis::Caller& redis, const std::vector<std::string>& command) {
  const redis::Reply reply = ask(redis, command);
  std::map<std::string, long long> all;
  for (std::size_t i = 0; i + 1 < redis::Value(reply).size(); i += 2)
    all[std::string(redis::Value(reply)[i].text())] = redis::Value(reply)[i + 1].integer();
  return all;
}

}  // namespace platen::test
