// The RowType of all C++ structs: works on tables of members.
#include <hyperdb/detail/struct_row_type.hpp>

#include <algorithm>
#include <cassert>

#include "schema/alternatives.hpp"
#include "schema/unknown_members.hpp"
#include "value/json_scanner.hpp"

namespace hyperdb::detail {

namespace {

class StructRowType final : public RowType {
 public:
  explicit StructRowType(const RowAccess& access) : access_(access), schema_(makeSchema(access)) {
    for (std::size_t i = 0; i < access.count; ++i) {
      const std::size_t position = access.shapes[i]->find("id");
      assert(position != StructShape::noField);
      idOffsets_.push_back(access.shapes[i]->fields[position].offset);
      for (const FieldDesc& field : access.shapes[i]->fields) addColumn(field.name);
    }
  }

  const Validator& schema() const noexcept override { return schema_; }

  Column column(std::string_view name) const override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == name) return {i, std::string(name)};
    }
    assert(false && "the caller looked the column up in the schema");
    return {columns_.size(), std::string(name)};
  }

  std::string_view id(const RowHeader& row) const noexcept override {
    const Content content = contentOf(row);
    if (content.data == nullptr) return {};
    return *reinterpret_cast<const std::string*>(content.data + idOffsets_[content.alternative]);
  }

  bool appendColumn(const RowHeader& row, const Column& column, KeyWriter& out) const override {
    const Content content = contentOf(row);
    if (content.data == nullptr || column.number >= columns_.size()) return false;
    const std::size_t position = columns_[column.number].fieldOf[content.alternative];
    if (position == StructShape::noField) return false;
    const FieldDesc& field = access_.shapes[content.alternative]->fields[position];
    return field.ops->appendKey(content.data + field.offset, out);
  }

  bool equal(const RowHeader& a, const RowHeader& b) const noexcept override {
    const Content left = contentOf(a);
    const Content right = contentOf(b);
    if (left.alternative != right.alternative || left.data == nullptr || right.data == nullptr) return false;
    return shapeEqual(*access_.shapes[left.alternative], left.data, right.data);
  }

  std::optional<ValidationFailure> check(const RowHeader& row, Strictness strictness) const override {
    const Content content = contentOf(row);
    const LevelScope level;
    ValidationFailure failure;
    if (content.data == nullptr) {
      failWith(failure, schema_.description(), std::string("a variant without a value"));
      return failure;
    }
    if (shapeCheck(*access_.shapes[content.alternative], content.data, strictness, failure)) return std::nullopt;
    return failure;
  }

  Object toObject(const RowHeader& row) const override {
    const Content content = contentOf(row);
    return content.data == nullptr ? Object() : shapeToObject(*access_.shapes[content.alternative], content.data);
  }

  RowRef fromObject(Object object, Strictness strictness, ValidationFailure& failure) const override {
    if (access_.count == 1) return make(0, object, strictness, failure);
    RowRef row;
    const auto read = [&](std::size_t i, Strictness each) {
      Object copy = object;
      return static_cast<bool>(row = make(i, copy, each, failure));
    };
    if (!readFirst(access_.count, strictness, read)) {
      failAlternatives(failure, schema_, Value(object), strictness, read);
    }
    return row;
  }

  void appendJson(const RowHeader& row, std::string& out) const override {
    const Content content = contentOf(row);
    if (content.data == nullptr) {
      out += "{}";
    } else {
      shapeAppendJson(*access_.shapes[content.alternative], content.data, out);
      appendUnknownMembers(row, out);
    }
  }

  RowRef fromJson(std::string_view text, Strictness strictness, ValidationFailure& failure) const override {
    if (access_.count == 1) {
      if (RowRef row = makeFromJson(text, strictness, failure)) return row;
    }
    return RowType::fromJson(text, strictness, failure);
  }

  void destroy(const RowHeader& row) const noexcept override { access_.destroy(row); }

 protected:
  Object takeUnknownMembers(Object& stored) const override {
    return takeMembersUnless(stored, [this](std::string_view name) {
      return std::any_of(access_.shapes, access_.shapes + access_.count,
                         [name](const StructShape* shape) { return shape->find(name) != StructShape::noField; });
    });
  }

 private:
  struct Content {
    const char* data;  ///< null for a variant without a value
    std::size_t alternative;
  };
  struct ColumnFields {
    std::string_view name;
    std::vector<std::size_t> fieldOf;  ///< for each alternative the position of the field, or noField
  };
  struct FillContext {
    const StructShape* shape;
    Object* object;
    Strictness strictness;
    ValidationFailure* failure;
  };

  static Validator makeSchema(const RowAccess& access) {
    if (access.count == 1) return shapeValidator(*access.shapes[0]);
    std::vector<Validator> alternatives;
    for (std::size_t i = 0; i < access.count; ++i) alternatives.push_back(shapeValidator(*access.shapes[i]));
    return v::union_(std::move(alternatives));
  }

  void addColumn(std::string_view name) {
    const auto hasName = [name](const ColumnFields& column) { return column.name == name; };
    if (std::any_of(columns_.begin(), columns_.end(), hasName)) return;
    ColumnFields column{name, {}};
    for (std::size_t i = 0; i < access_.count; ++i) column.fieldOf.push_back(access_.shapes[i]->find(name));
    columns_.push_back(std::move(column));
  }

  Content contentOf(const RowHeader& row) const noexcept {
    const char* value = reinterpret_cast<const char*>(&row) + access_.valueOffset;
    if (access_.active == nullptr) return {value, 0};
    std::size_t alternative = 0;
    const void* data = access_.active(value, alternative);
    return {static_cast<const char*>(data), alternative};
  }

  RowRef make(std::size_t alternative, Object& object, Strictness strictness, ValidationFailure& failure) const {
    const LevelScope level;
    FillContext context{access_.shapes[alternative], &object, strictness, &failure};
    const auto fill = [](void* opaque, void* content) {
      auto& to = *static_cast<FillContext*>(opaque);
      return shapeFromObject(*to.shape, content, *to.object, to.strictness, *to.failure);
    };
    return access_.make(*this, alternative, fill, &context);
  }

  /// Makes a row from text. Empty when the text does not fit, or only the whole object can tell.
  RowRef makeFromJson(std::string_view text, Strictness strictness, ValidationFailure& failure) const {
    struct Context {
      const StructShape* shape;
      JsonScanner in;
      Strictness strictness;
      ValidationFailure* failure;
      std::vector<Object::Member> unknown;
    } context{access_.shapes[0], JsonScanner(text), strictness, &failure, {}};
    const LevelScope level;
    const auto fill = [](void* opaque, void* content) {
      auto& from = *static_cast<Context*>(opaque);
      return shapeFromJson(*from.shape, content, from.in, from.strictness, *from.failure, &from.unknown) &&
             from.in.isAtEnd();
    };
    RowRef row = access_.make(*this, 0, fill, &context);
    if (row) row->keepUnknownMembers(Object::fromMembers(std::move(context.unknown)));
    return row;
  }

  RowAccess access_;
  Validator schema_;
  std::vector<std::size_t> idOffsets_;
  std::vector<ColumnFields> columns_;
};

}  // namespace

std::shared_ptr<const RowType> makeStructRowType(const RowAccess& access) {
  return std::make_shared<StructRowType>(access);
}

}  // namespace hyperdb::detail
