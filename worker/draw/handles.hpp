// Owning handles of Pango and GLib.
#pragma once

#include <pango/pangocairo.h>

#include "base/owned.hpp"

namespace platen::worker {

using FontDescription = Owned<PangoFontDescription, pango_font_description_free>;
using PangoContextHandle = Owned<PangoContext, g_object_unref>;
using PangoLayoutHandle = Owned<PangoLayout, g_object_unref>;
using FontMap = Owned<PangoFontMap, g_object_unref>;
using PangoFontHandle = Owned<PangoFont, g_object_unref>;
using AttributeList = Owned<PangoAttrList, pango_attr_list_unref>;

}  // namespace platen::worker
