#include "worker/data/row_source.hpp"

#include <fmt/format.h>

namespace platen::worker {

std::string name_of_row(const Row& row) { return fmt::format("Row {} (line {})", row.number, row.line); }

}  // namespace platen::worker
