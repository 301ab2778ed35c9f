// Builds the app inside the frame: dist/widget/widget.js and widget.css, under names the frame page knows.
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte({ preprocess: vitePreprocess({ script: false }) })],
  base: "./",
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    outDir: "../dist/widget",
    emptyOutDir: true,
    rolldownOptions: {
      input: "src/app/main.ts",
      output: { entryFileNames: "widget.js", assetFileNames: "widget[extname]", codeSplitting: false },
    },
  },
  // Tests run what browsers run, not Svelte's server half.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { include: ["test/**/*.test.ts"], environment: "happy-dom" },
});
