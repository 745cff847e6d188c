# The library as a shared object, when BUILD_SHARED_LIBS asks for one; and apart from a surrounding project's defaults.

# Before 1.0 a minor version may change interfaces, so it is part of the name that programs look for.
set_target_properties(hyperdb PROPERTIES
  VERSION "${PROJECT_VERSION}"
  SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")

# All symbols are exported: templates in the headers call into every part of the engine. A project that hides its own
# symbols by default does so for its targets, not for ours.
set_target_properties(hyperdb PROPERTIES VISIBILITY_INLINES_HIDDEN OFF DEFINE_SYMBOL "")
set_property(TARGET hyperdb PROPERTY CXX_VISIBILITY_PRESET)
