// Where the examples' imports come from in tests: the part of Vue that needs no compiler, and Solid's build for pages.
const places = { vue: "@vue/reactivity", "solid-js": "solid-js/dist/solid.js" };

export async function resolve(specifier, context, next) {
  return next(places[specifier] ?? specifier, context);
}
