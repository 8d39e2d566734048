// Event streams by cpp-httplib alone: a thread for each stream, which waits for its channel.
// Usage: events_httplib PORT REDIS_PORT THREADS
#include <hiredis/hiredis.h>
#include <httplib.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

namespace {

struct Channel {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t count = 0;
  std::string last;
};

std::mutex all_mutex;
std::unordered_map<std::string, std::shared_ptr<Channel>> all;

std::shared_ptr<Channel> channel_of(const std::string& name) {
  const std::lock_guard lock(all_mutex);
  auto& channel = all[name];
  if (!channel) channel = std::make_shared<Channel>();
  return channel;
}

void listen_to_redis(int port) {
  redisContext* redis = redisConnect("127.0.0.1", port);
  freeReplyObject(redisCommand(redis, "PSUBSCRIBE events:*"));
  void* raw = nullptr;
  while (redisGetReply(redis, &raw) == REDIS_OK) {
    auto* reply = static_cast<redisReply*>(raw);
    const auto channel = channel_of(std::string(reply->element[2]->str).substr(7));
    {
      const std::lock_guard lock(channel->mutex);
      ++channel->count;
      channel->last.assign(reply->element[3]->str, reply->element[3]->len);
    }
    channel->changed.notify_all();
    freeReplyObject(reply);
  }
}

}  // namespace

int main(int, char** arguments) {
  httplib::Server server;
  const auto threads = static_cast<std::size_t>(std::stoul(arguments[3]));
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.Get(R"(/events/(\d+))", [](const httplib::Request& request, httplib::Response& response) {
    const auto channel = channel_of(request.matches[1]);
    auto seen = std::make_shared<std::uint64_t>(0);
    response.set_chunked_content_provider("text/event-stream",
                                          [channel, seen](std::size_t offset, httplib::DataSink& sink) {
                                            std::string frame = "retry: 1000\n\n";
                                            if (offset > 0) {
                                              std::unique_lock lock(channel->mutex);
                                              channel->changed.wait(lock, [&] { return channel->count > *seen; });
                                              *seen = channel->count;
                                              frame = "event: progress\ndata: " + channel->last + "\n\n";
                                            }
                                            return sink.write(frame.data(), frame.size());
                                          });
  });
  std::jthread redis([&] { listen_to_redis(std::stoi(arguments[2])); });
  server.listen("127.0.0.1", std::stoi(arguments[1]));
}
