// Follows a report with libcurl: each event as a line, "ID NAME DATA", over broken connections, until the report has
// ended.
//
// Build: g++ -std=c++17 -O2 -o watch watch.cpp -lcurl
// Usage: watch http://127.0.0.1:8080/v1/jobs/job_0…/events
#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

// What of a stream outlives a connection, and what does not.
struct Stream {
  std::string last_id;
  std::chrono::milliseconds retry{2000};

  std::string line, id, name, data;

  void begin_connection() { line = id = name = data = ""; }

  void take_line() {
    const std::size_t colon = line.find(": ");
    const std::string field = line.substr(0, colon);
    const std::string value = colon == std::string::npos ? "" : line.substr(colon + 2);
    if (line.empty()) {
      if (!data.empty()) {
        std::printf("%s %s %s\n", id.empty() ? "-" : id.c_str(), name.c_str(), data.c_str());
        std::fflush(stdout);
        if (!id.empty()) last_id = id;
      }
      id = name = data = "";
    } else if (field == "id") {
      id = value;
    } else if (field == "event") {
      name = value;
    } else if (field == "data") {
      data = value;
    } else if (field == "retry") {
      retry = std::chrono::milliseconds(std::atol(value.c_str()));
    }
    line.clear();
  }
};

static size_t take(char* bytes, size_t, size_t size, void* context) {
  Stream& stream = *static_cast<Stream*>(context);
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] == '\n')
      stream.take_line();
    else if (bytes[i] != '\r')
      stream.line += bytes[i];
  }
  return size;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: watch URL\n");
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const curl = curl_easy_init();
  Stream stream;
  for (;;) {
    stream.begin_connection();
    curl_slist* headers = nullptr;
    if (!stream.last_id.empty()) headers = curl_slist_append(headers, ("Last-Event-ID: " + stream.last_id).c_str());
    curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &stream);
    if (const char* const authorities = std::getenv("CURL_CA_BUNDLE"))
      curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    // Heartbeats come every 15 s: 60 s without a byte is a dead connection.
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_perform(curl);  // however it ends, what comes next is the same
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (status == 204) break;  // there is nothing more to come
    if (status >= 400 && status < 500) {
      std::fprintf(stderr, "watch: the server answers %ld\n", status);
      return 1;
    }
    std::this_thread::sleep_for(stream.retry);
  }
  curl_easy_cleanup(curl);
}
