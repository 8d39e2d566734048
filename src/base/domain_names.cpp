// The names of the domain's enumerations: one table each, read both ways.
#include <algorithm>
#include <array>
#include <utility>

#include "platen/error.hpp"
#include "platen/event.hpp"
#include "platen/job.hpp"
#include "platen/webhook.hpp"

namespace platen {

namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<Errc, 21> errc_names{{{Errc::invalid_request, "invalid_request"},
                                      {Errc::invalid_report, "invalid_report"},
                                      {Errc::bad_data, "bad_data"},
                                      {Errc::not_found, "not_found"},
                                      {Errc::conflict, "conflict"},
                                      {Errc::idempotency_conflict, "idempotency_conflict"},
                                      {Errc::gone, "gone"},
                                      {Errc::too_large, "too_large"},
                                      {Errc::unsupported_media, "unsupported_media"},
                                      {Errc::unauthorized, "unauthorized"},
                                      {Errc::forbidden, "forbidden"},
                                      {Errc::method_not_allowed, "method_not_allowed"},
                                      {Errc::quota_exceeded, "quota_exceeded"},
                                      {Errc::rate_limited, "rate_limited"},
                                      {Errc::busy, "busy"},
                                      {Errc::unavailable, "unavailable"},
                                      {Errc::lease_lost, "lease_lost"},
                                      {Errc::canceled, "canceled"},
                                      {Errc::renderer_died, "renderer_died"},
                                      {Errc::timed_out, "timed_out"},
                                      {Errc::internal, "internal"}}};
constexpr Names<JobState, 9> state_names{{{JobState::queued, "queued"},
                                          {JobState::delayed, "delayed"},
                                          {JobState::running, "running"},
                                          {JobState::retrying, "retrying"},
                                          {JobState::canceling, "canceling"},
                                          {JobState::succeeded, "succeeded"},
                                          {JobState::failed, "failed"},
                                          {JobState::canceled, "canceled"},
                                          {JobState::expired, "expired"}}};
constexpr Names<Priority, 3> priority_names{
    {{Priority::high, "high"}, {Priority::normal, "normal"}, {Priority::low, "low"}}};
constexpr Names<Stage, 4> stage_names{
    {{Stage::scan, "scan"}, {Stage::render, "render"}, {Stage::finish, "finish"}, {Stage::store, "store"}}};
constexpr Names<EventKind, 11> event_names{{{EventKind::queued, "queued"},
                                            {EventKind::delayed, "delayed"},
                                            {EventKind::started, "started"},
                                            {EventKind::progress, "progress"},
                                            {EventKind::retrying, "retrying"},
                                            {EventKind::canceling, "canceling"},
                                            {EventKind::succeeded, "succeeded"},
                                            {EventKind::failed, "failed"},
                                            {EventKind::canceled, "canceled"},
                                            {EventKind::expired, "expired"},
                                            {EventKind::reset, "reset"}}};

constexpr Names<DeliveryState, 4> delivery_names{{{DeliveryState::pending, "pending"},
                                                  {DeliveryState::succeeded, "succeeded"},
                                                  {DeliveryState::failed, "failed"},
                                                  {DeliveryState::discarded, "discarded"}}};

template <class E, std::size_t N>
std::string_view name_in(const Names<E, N>& names, E value) noexcept {
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == value; });
  return found == names.end() ? std::string_view("unknown") : found->second;
}

template <class E, std::size_t N>
std::optional<E> value_in(const Names<E, N>& names, std::string_view name) noexcept {
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.second == name; });
  if (found == names.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::string_view name_of(Errc code) noexcept { return name_in(errc_names, code); }
Errc errc_from(std::string_view name) noexcept { return value_in(errc_names, name).value_or(Errc::internal); }

bool is_retryable(Errc code) noexcept {
  switch (code) {
    case Errc::quota_exceeded:
    case Errc::rate_limited:
    case Errc::busy:
    case Errc::unavailable:
    case Errc::lease_lost:
    case Errc::renderer_died:
    case Errc::timed_out:
    case Errc::internal: return true;
    default: return false;
  }
}

std::string_view name_of(JobState state) noexcept { return name_in(state_names, state); }
std::optional<JobState> job_state_from(std::string_view name) noexcept { return value_in(state_names, name); }

bool has_ended(JobState state) noexcept {
  return state == JobState::succeeded || state == JobState::failed || state == JobState::canceled ||
         state == JobState::expired;
}

std::string_view name_of(Priority priority) noexcept { return name_in(priority_names, priority); }
std::optional<Priority> priority_from(std::string_view name) noexcept { return value_in(priority_names, name); }

std::string_view name_of(Stage stage) noexcept { return name_in(stage_names, stage); }
std::optional<Stage> stage_from(std::string_view name) noexcept { return value_in(stage_names, name); }

std::string_view name_of(EventKind kind) noexcept { return name_in(event_names, kind); }
std::optional<EventKind> event_kind_from(std::string_view name) noexcept { return value_in(event_names, name); }

std::string_view name_of(DeliveryState state) noexcept { return name_in(delivery_names, state); }
std::optional<DeliveryState> delivery_state_from(std::string_view name) noexcept {
  return value_in(delivery_names, name);
}

bool is_terminal(EventKind kind) noexcept {
  return kind == EventKind::succeeded || kind == EventKind::failed || kind == EventKind::canceled ||
         kind == EventKind::expired;
}

}  // namespace platen
