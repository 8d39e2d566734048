#include "worker/draw/font_places.hpp"

#include <fontconfig/fontconfig.h>

#include <memory>

namespace platen::worker {

namespace {

struct EndOfList {
  void operator()(FcStrList* list) const { FcStrListDone(list); }
};

void add_all(FcStrList* list, std::vector<std::string>& places) {
  const std::unique_ptr<FcStrList, EndOfList> owned(list);
  while (const FcChar8* const place = list != nullptr ? FcStrListNext(list) : nullptr)
    places.emplace_back(static_cast<const char*>(static_cast<const void*>(place)));
}

}  // namespace

std::vector<std::string> font_places() {
  FcInit();
  // The links of /etc/fonts/conf.d lead to the second; a file that is new there belongs to the next fonts.
  std::vector<std::string> places{"/etc/fonts", "/usr/share/fontconfig", "/usr/share/libthai", "/etc/localtime"};
  add_all(FcConfigGetFontDirs(nullptr), places);
  add_all(FcConfigGetConfigFiles(nullptr), places);
  add_all(FcConfigGetCacheDirs(nullptr), places);
  return places;
}

}  // namespace platen::worker
