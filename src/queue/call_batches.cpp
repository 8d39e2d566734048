#include "queue/call_batches.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace platen::queue {

namespace {

/// In one call: Redis does nothing else meanwhile, for about two milliseconds.
constexpr std::size_t most_in_one = 32;
/// So many calls of Redis go out that are not full: one that it works at, and one that it finds when it has done that.
constexpr int most_partial = 2;

Result<redis::Value> answer_to(std::size_t number, const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  const redis::Value answer = redis::Value(*reply)[number];
  if (answer.is_error()) return fail(error_of(answer));
  return answer;
}

}  // namespace

void CallBatches::call_later(std::vector<std::string> words, Done done) {
  state_->waiting.lock()->calls.push_back({std::move(words), std::move(done)});
  while (call_next(state_)) {
  }
}

bool CallBatches::call_next(const std::shared_ptr<State>& state) {
  std::vector<std::string> arguments = state->common;
  const auto told = std::make_shared<std::vector<Done>>();
  {
    const auto waiting = state->waiting.lock();
    std::vector<Call>& calls = waiting->calls;
    if (calls.empty() || (waiting->under_way >= most_partial && calls.size() < most_in_one)) return false;
    const auto end = calls.begin() + static_cast<std::ptrdiff_t>(std::min(calls.size(), most_in_one));
    for (auto call = calls.begin(); call != end; ++call) {
      arguments.push_back(std::to_string(call->words.size()));
      std::move(call->words.begin(), call->words.end(), std::back_inserter(arguments));
      told->push_back(std::move(call->done));
    }
    calls.erase(calls.begin(), end);
    ++waiting->under_way;
  }
  run_later(state->shard, state->script, std::move(arguments), [state, told](const Result<redis::Reply>& reply) {
    --state->waiting.lock()->under_way;
    while (call_next(state)) {
    }
    for (std::size_t i = 0; i < told->size(); ++i) (*told)[i](answer_to(i, reply));
  });
  return true;
}

}  // namespace platen::queue
