// Builds the script websites embed: one classic script without imports, at dist/packs/js/sdk.js.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    outDir: "../dist/packs/js",
    emptyOutDir: true,
    lib: { entry: "src/loader/index.ts", formats: ["iife"], name: "segueLoader", fileName: () => "sdk.js" },
  },
});
