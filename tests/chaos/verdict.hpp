// What is to be seen of a Platen after a run, beside the invariants of its keys and files.
#pragma once

#include <string>
#include <vector>

#include "tests/chaos/clients.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::chaos {

/// Each tells what is broken, one sentence for each; nothing is under way meanwhile.

/// Every job ended as its wish allows, and there is one for each key.
[[nodiscard]] std::vector<std::string> wrong_ends(test::Fleet& fleet, const Ledger& ledger);
/// What watchers saw is what Redis keeps: each event once, in order.
[[nodiscard]] std::vector<std::string> wrong_streams(test::Fleet& fleet, const Ledger& ledger);
/// Who followed the feed was told all that stands in each shard's, once, in that one's order.
[[nodiscard]] std::vector<std::string> wrong_feed(test::Fleet& fleet, const std::vector<test::SeenEvent>& seen);
/// The subscription was told of every end, every callback was called, all under one id for each.
[[nodiscard]] std::vector<std::string> missing_messages(test::Fleet& fleet, const Ledger& ledger,
                                                        test::WebhookTarget& target);
/// No worker's result was accepted twice.
[[nodiscard]] std::vector<std::string> double_completions(const test::Fleet& fleet);

}  // namespace platen::chaos
