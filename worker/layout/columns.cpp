#include "worker/layout/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace platen::worker {

namespace {

constexpr double usual_share = 0.95;          // of a column's texts that have room where space is short
constexpr double least_text_em = 7;           // of a text column, where rigid ones leave so much
constexpr double comfortable_text_em = 15;    // of a text column; for this the text shrinks a little
constexpr double comfortable_shrink = 0.8;    // of its size
constexpr double stretch_share = 0.8;         // of its own width that a column may grow by…
constexpr double stretch_em = 3;              // …and a little more
constexpr double rigid_stretch_weight = 0.6;  // numbers gain less from room than text does
constexpr double shrink_step_pt = 0.5;
constexpr double most_keys_share = 0.5;  // of the page, for columns that are repeated

/// What one column wants, from what it cannot do without to what is more than enough.
struct Wish {
  double least = 0;        ///< numbers whole, of texts the beginning
  double comfortable = 0;  ///< most of an ordinary text
  double usual = 0;        ///< nearly all texts whole
  double natural = 0;      ///< all of them, and the label
  bool rigid = false;
};

double sum_of(const std::vector<Wish>& wishes, double Wish::*part) {
  return std::accumulate(wishes.begin(), wishes.end(), 0.0,
                         [part](double sum, const Wish& wish) { return sum + wish.*part; });
}

/// Wishes for text of `text_pt`, where the extents were measured at `metrics.text`: widths grow with the size.
std::vector<Wish> wishes_at(const std::vector<ColumnExtent>& columns, const Metrics& metrics, double text_pt) {
  const double scale = text_pt / metrics.text;
  const double padding = 2 * scaled_cells(metrics, text_pt).pad_x;
  std::vector<Wish> wishes;
  for (const ColumnExtent& column : columns) {
    Wish wish;
    wish.rigid = column.rigid;
    if (column.given_pt) {
      wish.least = wish.comfortable = wish.usual = wish.natural = *column.given_pt;
      wishes.push_back(wish);
      continue;
    }
    const double widest = std::max(column.cells.widest(), column.total) * scale;
    const double usual = std::min(widest, std::max(column.cells.quantile(usual_share), column.total) * scale);
    const double label = column.label * scale;
    wish.natural = std::max(widest, label) + padding;
    wish.usual = std::max(column.rigid ? widest : usual, std::min(label, 1.5 * least_text_em * text_pt)) + padding;
    const auto text_of = [&](double em) {
      return std::min(wish.usual, (column.rigid ? widest : em * text_pt) + padding);
    };
    wish.comfortable = text_of(comfortable_text_em);
    wish.least = text_of(least_text_em);
    wishes.push_back(wish);
  }
  return wishes;
}

/// Widths between two wishes that add up to `available`: all get `lower`, and those below the common level are raised
/// to it, so that the widest give way first.
std::vector<double> levelled(const std::vector<Wish>& wishes, double Wish::*lower, double Wish::*upper,
                             double available) {
  const auto at_level = [&](double level) {
    std::vector<double> widths;
    for (const Wish& wish : wishes)
      widths.push_back(std::clamp(level, wish.*lower, std::max(wish.*lower, wish.*upper)));
    return widths;
  };
  double low = 0;
  double high = available;
  for (int step = 0; step < 60; ++step) {
    const double level = (low + high) / 2;
    const std::vector<double> widths = at_level(level);
    (std::accumulate(widths.begin(), widths.end(), 0.0) <= available ? low : high) = level;
  }
  return at_level(low);
}

/// Hands out what is left over, as far as it makes the table better.
std::vector<double> stretched(const std::vector<Wish>& wishes, const std::vector<ColumnExtent>& columns,
                              double available, double text_pt) {
  const double spare = available - sum_of(wishes, &Wish::natural);
  double weights = 0;
  for (std::size_t i = 0; i < wishes.size(); ++i)
    if (!columns[i].given_pt) weights += wishes[i].natural * (wishes[i].rigid ? rigid_stretch_weight : 1);
  std::vector<double> widths;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    double width = wishes[i].natural;
    if (!columns[i].given_pt) {
      const double share = spare * width * (wishes[i].rigid ? rigid_stretch_weight : 1) / weights;
      width += std::min(share, stretch_share * width + stretch_em * text_pt);
    }
    widths.push_back(width);
  }
  return widths;
}

/// Cuts the columns into strips that each fit, the key columns at the head of every one.
ColumnWidths split(const std::vector<Wish>& wishes, double available, double text, std::size_t key_columns) {
  ColumnWidths widths{{}, text, {}};
  for (const Wish& wish : wishes) {
    const double with_label = std::min(wish.natural, std::max(wish.comfortable, comfortable_text_em * text));
    widths.width_pt.push_back(std::min(with_label, available / 2));
  }
  double keys =
      std::accumulate(widths.width_pt.begin(), widths.width_pt.begin() + static_cast<std::ptrdiff_t>(key_columns), 0.0);
  if (keys > most_keys_share * available) {  // they would leave no room for what they are keys to
    keys = 0;
    key_columns = 0;
  }
  double used = available;
  for (std::size_t i = key_columns; i < wishes.size(); ++i) {
    if (used + widths.width_pt[i] > available) {
      widths.strips.emplace_back(key_columns);
      std::iota(widths.strips.back().begin(), widths.strips.back().end(), std::size_t{0});
      used = keys;
    }
    widths.strips.back().push_back(i);
    used += widths.width_pt[i];
  }
  return widths;
}

ColumnWidths in_one_strip(std::vector<double> width_pt, double text) {
  std::vector<std::size_t> all(width_pt.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {std::move(width_pt), text, {std::move(all)}};
}

}  // namespace

void Widths::add(double width_pt) noexcept {
  const auto step = static_cast<std::size_t>(std::max(0.0, std::ceil(width_pt / step_pt)));
  ++counts_[std::min(step, counts_.size() - 1)];
  ++total_;
  widest_ = std::max(widest_, width_pt);
}

void Widths::merge(const Widths& other) noexcept {
  for (std::size_t step = 0; step < counts_.size(); ++step) counts_[step] += other.counts_[step];
  total_ += other.total_;
  widest_ = std::max(widest_, other.widest_);
}

double Widths::quantile(double share) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total_)));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step + 1 < counts_.size(); ++step) {
    seen += counts_[step];
    if (seen >= wanted) return std::min(widest_, static_cast<double>(step) * step_pt);
  }
  return widest_;
}

ColumnWidths share_widths(const std::vector<ColumnExtent>& columns, double available_pt, const Metrics& metrics,
                          std::size_t key_columns) {
  double text = metrics.text;
  std::vector<Wish> wishes = wishes_at(columns, metrics, text);
  if (sum_of(wishes, &Wish::natural) <= available_pt)
    return in_one_strip(stretched(wishes, columns, available_pt, text), text);
  const auto shrink_until_fit = [&](double Wish::*part, double smallest) {
    while (sum_of(wishes, part) > available_pt && text > smallest) {
      text = std::max(smallest, text - shrink_step_pt);
      wishes = wishes_at(columns, metrics, text);
    }
  };
  shrink_until_fit(&Wish::comfortable, std::max(least_text_pt, comfortable_shrink * text));
  const double readable = text;
  shrink_until_fit(&Wish::least, least_text_pt);
  static constexpr std::array steps{&Wish::natural, &Wish::usual, &Wish::comfortable, &Wish::least};
  for (std::size_t lower = 1; lower < steps.size(); ++lower)
    if (sum_of(wishes, steps[lower]) <= available_pt)
      return in_one_strip(levelled(wishes, steps[lower], steps[lower - 1], available_pt), text);
  return split(wishes_at(columns, metrics, readable), available_pt, readable,
               std::min(key_columns, columns.size() - 1));
}

}  // namespace platen::worker
