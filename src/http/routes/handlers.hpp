// The handlers, one function a route, in files by what they are about. Private to the routes.
#pragma once

#include "http/library.hpp"
#include "http/reply.hpp"
#include "http/route.hpp"
#include "http/routes/routes.hpp"

namespace platen::http {

using httplib::Request;

// submit.cpp
void submit_job(const Services& services, const Request& request, Reply& reply);

// rerun.cpp
void show_request(const Services& services, const Request& request, Reply& reply);
void rerun_job(const Services& services, const Request& request, Reply& reply);

// uploads.cpp
void store_upload(const Services& services, const Request& request, Reply& reply);
void show_upload(const Services& services, const Request& request, Reply& reply);
void append_to_upload(const Services& services, const Request& request, Reply& reply);
[[nodiscard]] Result<OpenedPart> open_part(const Services& services, const PartHead& head);
void discard_upload(const Services& services, const Request& request, Reply& reply);
/// Nothing refers to it: what came with a request that failed is not kept.
void discard(const Services& services, const Upload& upload);

// jobs.cpp
void show_job(const Services& services, const Request& request, Reply& reply);
void list_jobs(const Services& services, const Request& request, Reply& reply);
void cancel_job(const Services& services, const Request& request, Reply& reply);

void remove_job(const Services& services, const Request& request, Reply& reply);

// dead_letters.cpp
void list_dead_letters(const Services& services, const Request& request, Reply& reply);
void redrive_job(const Services& services, const Request& request, Reply& reply);
void redrive_dead_letters(const Services& services, const Request& request, Reply& reply);

// webhooks.cpp
void create_webhook(const Services& services, const Request& request, Reply& reply);
void list_webhooks(const Services& services, const Request& request, Reply& reply);
void show_webhook(const Services& services, const Request& request, Reply& reply);
void change_webhook(const Services& services, const Request& request, Reply& reply);
void rotate_webhook(const Services& services, const Request& request, Reply& reply);
void remove_webhook(const Services& services, const Request& request, Reply& reply);
void list_deliveries(const Services& services, const Request& request, Reply& reply);
void resend_delivery(const Services& services, const Request& request, Reply& reply);
void test_webhook(const Services& services, const Request& request, Reply& reply);

// events.cpp
void stream_events(const Services& services, const Request& request, Reply& reply);
/// The connection as the relay takes it.
[[nodiscard]] relay::Connected connected(Detached& connection);
/// What ends a stream whose visitor's key has ended. A ticket is looked at when a stream is opened, and not again.
[[nodiscard]] relay::MayGoOn may_go_on(const Services& services, const Visitor& visitor);
/// Gives the connection to the relay, with the header fields added so far.
void stream_job(const Services& services, Reply& reply, const JobId& job, Seq after);

void stream_jobs(const Services& services, const Request& request, Reply& reply);
/// The request's Last-Event-ID, or `last_event_id`; empty where it has none.
[[nodiscard]] std::string last_event_id(const Request& request);
/// The header lines of a head that the relay writes.
[[nodiscard]] std::string head_fields(const Reply& reply);

// feed.cpp
void show_feed(const Services& services, const Request& request, Reply& reply);

// conversation.cpp
void converse(const Services& services, const Request& request, Reply& reply);

// session.cpp
void begin_session(const Services& services, const Request& request, Reply& reply);
void show_session(const Services& services, const Request& request, Reply& reply);
void end_session(const Services& services, const Request& request, Reply& reply);

// results.cpp
void redirect_to_result(const Services& services, const Request& request, Reply& reply);
void download(const Services& services, const Request& request, Reply& reply);

// health.cpp
void say_alive(const Services& services, const Request& request, Reply& reply);
void say_ready(const Services& services, const Request& request, Reply& reply);

// observe.cpp
void show_queue(const Services& services, const Request& request, Reply& reply);
void show_metrics(const Services& services, const Request& request, Reply& reply);

// page.cpp
[[nodiscard]] Routes page_routes(const std::string& report_origin);

}  // namespace platen::http
