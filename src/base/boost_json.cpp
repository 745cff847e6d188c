// Boost.JSON's implementation: its headers only declare. All of it that HyperDB uses is compiled here, once.
#include <boost/json/src.hpp>
