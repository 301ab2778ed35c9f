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
  test: {
    include: ["test/**/*.test.ts"],
    environment: "happy-dom",
    // The loader's frame stays empty: tests talk to it, nobody fetches it.
    environmentOptions: { happyDOM: { settings: { disableIframePageLoading: true } } },
    onConsoleLog: (log) => !log.includes("Iframe page loading is disabled"),
  },
});
