import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const moduleFolder = path("../../../build/wasm/web");

export default defineConfig({
  root: path("."),
  base: "./",
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^@hyperdb\/web\/react$/, replacement: path("../dist/react/index.js") },
      { find: /^@hyperdb\/web$/, replacement: path("../dist/index.js") },
      { find: /^tasks_web$/, replacement: `${moduleFolder}/tasks_web.js` },
    ],
    dedupe: ["react", "react-dom"],
  },
  server: { fs: { allow: [path("../../.."), moduleFolder] } },
  build: { outDir: path("dist"), emptyOutDir: true, assetsInlineLimit: 0 },
});
