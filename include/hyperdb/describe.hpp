// Rows that reflection can't see by itself, through Boost.Describe: structs with base classes, private members or more
// than 32 members. Include this where such a struct is described:
//
//   struct Task : Base { std::string title; };
//   BOOST_DESCRIBE_STRUCT(Task, (Base), (title))
//
// Every file that uses the struct as a row must see the description. The only header that needs Boost; it has no
// functions to call, and so no thread safety to speak of.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>

#include <hyperdb/detail/reflect.hpp>

namespace hyperdb::detail {

template <class T>
using DescribedMembers =
    boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

template <class Descriptor>
using DescribedField = typename MemberPointer<std::remove_cv_t<decltype(Descriptor::pointer)>>::Field;

template <class T, class List>
struct DescribedReflection;
template <class T, template <class...> class List, class... Descriptors>
struct DescribedReflection<T, List<Descriptors...>> {
  static constexpr std::size_t count = sizeof...(Descriptors);
  using Types = TypeList<DescribedField<Descriptors>...>;

  static constexpr std::string_view names[] = {Descriptors::name..., ""};
  template <std::size_t I>
  static constexpr std::string_view name = names[I];

  static void addresses(T& object, void** out) {
    std::size_t position = 0;
    ((out[position++] = static_cast<void*>(&(object.*Descriptors::pointer))), ...);
    static_cast<void>(position);
  }
};

template <Described T>
struct Reflection<T> : DescribedReflection<T, DescribedMembers<T>> {};
template <Described T>
struct IsReflected<T> : std::true_type {};

}  // namespace hyperdb::detail
