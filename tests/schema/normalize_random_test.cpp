// Laws of normalisation under random validators and values.
#include <gtest/gtest.h>

#include <hyperdb/validator.hpp>

#include "support/print_value.hpp"
#include "support/random_value.hpp"

namespace hyperdb {
namespace {

Validator randomValidator(test::TestRandom& random, int depth) {
  switch (random.below(depth > 0 ? 12 : 7)) {
    case 0: return v::string();
    case 1: return v::number();
    case 2: return v::bigint();
    case 3: return v::boolean();
    case 4: return v::null();
    case 5: return v::any();
    case 6: return v::literal(Value(static_cast<int>(random.below(2))));
    case 7: return v::array(randomValidator(random, depth - 1));
    case 8: return v::record(v::string(), randomValidator(random, depth - 1));
    case 9: return v::union_(randomValidator(random, depth - 1), randomValidator(random, depth - 1));
    default: break;
  }
  v::Fields fields;
  for (const char* name : {"a", "b", "c"}) {
    Validator field = randomValidator(random, depth - 1);
    fields.emplace_back(name, random.chance(2) ? v::optional(field) : field);
  }
  return v::object(std::move(fields));
}

/// A value that fits the validator, now and then spoilt.
Value randomFor(test::TestRandom& random, const Validator& validator) {
  if (random.chance(30)) return random.chance(2) ? Value() : test::randomValue(random, 2);
  switch (validator.kind()) {
    case ValidatorKind::string: return test::randomText(random);
    case ValidatorKind::number: return test::randomNumber(random);
    case ValidatorKind::bigint: return test::randomBigInt(random);
    case ValidatorKind::boolean: return random.chance(2);
    case ValidatorKind::null: return nullptr;
    case ValidatorKind::literal: return *validator.literalValue();
    case ValidatorKind::array: {
      Array items;
      for (std::size_t i = random.below(3); i > 0; --i) items.push_back(randomFor(random, *validator.element()));
      return items;
    }
    case ValidatorKind::record: return Object{{"k", randomFor(random, *validator.element())}};
    case ValidatorKind::unionOf: return randomFor(random, validator.alternatives()[random.below(2)]);
    case ValidatorKind::optional: return random.chance(3) ? Value() : randomFor(random, *validator.element());
    case ValidatorKind::object: {
      Object object;
      for (const auto& field : validator.fields()) object.set(field.name, randomFor(random, field.validator));
      if (random.chance(10)) object.set("extra", 1);
      return object;
    }
    default: return test::randomValue(random, 2);
  }
}

TEST(Normalize, of_a_normalised_value_changes_nothing) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  int acceptedCount = 0;
  int refusedCount = 0;
  for (int i = test::testRounds(3000); i > 0; --i) {
    Validator validator = randomValidator(random, 3);
    Value original = randomFor(random, validator);
    Value full = original;
    bool isAccepted = !validator.normalize(full, Strictness::full);
    ++(isAccepted ? acceptedCount : refusedCount);
    ASSERT_EQ(validator.accepts(original), isAccepted);
    Value shaped = original;
    bool isShaped = !validator.normalize(shaped, Strictness::shape);
    if (isAccepted && !full.isUndefined()) {
      Value again = full;
      ASSERT_FALSE(validator.normalize(again, Strictness::full)) << toJson(full);
      ASSERT_EQ(again, full);
      ASSERT_TRUE(isShaped) << "the full validator accepts nothing that the shape refuses";
      ASSERT_TRUE(v::any().accepts(full)) << "what was normalised can be stored";
      ASSERT_EQ(parseJson(toJson(full)), full);
    }
    if (isShaped && !shaped.isUndefined()) {
      Value again = shaped;
      ASSERT_FALSE(validator.normalize(again, Strictness::shape)) << toJson(shaped);
      ASSERT_EQ(again, shaped);
      ASSERT_TRUE(v::any().accepts(shaped));
    }
  }
  EXPECT_GT(acceptedCount, 500);
  EXPECT_GT(refusedCount, 100);
}

}  // namespace
}  // namespace hyperdb
