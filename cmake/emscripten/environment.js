// For programs that run under Node.

// Node 18 and newer have fetch, which Emscripten 3.1.6 then uses for the .wasm file beside the program; fetch can't
// read files. Without it the file is read as a file.
var fetch;

// The host's HYPERDB_* variables (test seeds and rounds) are the program's.
Module['preRun'] = Module['preRun'] || [];
Module['preRun'].push(function () {
  Object.keys(process.env).forEach(function (name) {
    if (name.indexOf('HYPERDB_') === 0) ENV[name] = process.env[name];
  });
});
