// Stands between a process and Redis, and strikes at a chosen script.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// A script as it is called: EVALSHA with the one, or EVAL with the other.
struct NamedScript {
  std::string name;
  std::string_view sha1;
  std::string_view source;
};

/// Passes bytes between its own unix socket and that of a redis-server, and reads along.
/// Owns: a listener, the connections, and the thread that serves them.
class ScriptProxy {
 public:
  /// before: Redis has not got the call yet. after: it has run, and nobody has got the answer yet.
  enum class Moment { before, after };
  /// What becomes of the connection once it was struck.
  enum class Then { pass, hold, drop };  ///< hold: until `release`
  using Strike = std::function<Then()>;

  ScriptProxy(std::string upstream_socket, std::vector<NamedScript> scripts);
  ScriptProxy(const ScriptProxy&) = delete;
  ScriptProxy& operator=(const ScriptProxy&) = delete;
  ~ScriptProxy();

  /// `unix:///…?db=0`
  [[nodiscard]] std::string url_text() const;

  /// Calls `strike`, on the proxy's thread, at the next call of the script; once.
  void arm(const std::string& script, Moment moment, Strike strike);
  [[nodiscard]] bool has_struck();
  /// Lets go of what is held, and strikes no more.
  void release();
  /// Ends all connections; new ones go there.
  void move_to(std::string upstream_socket);

 private:
  struct Pair;
  struct Trap {
    std::string script;
    Moment moment = Moment::before;
    Strike strike;
    bool has_struck = false;
  };
  struct Control {
    std::string upstream;
    std::optional<Trap> trap;
    bool releasing = false;
    bool moving = false;
  };

  void serve(const std::stop_token& stop);
  void obey();
  void accept();
  [[nodiscard]] bool read_client(Pair& pair);
  [[nodiscard]] bool pass_requests(Pair& pair);
  [[nodiscard]] bool read_server(Pair& pair);
  [[nodiscard]] bool pass_answers(Pair& pair);
  [[nodiscard]] std::string script_in(std::string_view command) const;
  [[nodiscard]] std::optional<Then> strike(const std::string& script, Moment moment);

  std::vector<NamedScript> scripts_;
  TempDir folder_;
  Fd listener_;
  std::list<Pair> pairs_;
  Guarded<Control> control_;
  std::jthread thread_;
};

}  // namespace platen::test
