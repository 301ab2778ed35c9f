// Builds the desk to web/dist/dashboard; the server serves it under /app, its assets under /app/assets.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/app/",
  plugins: [svelte()],
  build: { outDir: "../dist/dashboard", emptyOutDir: true, assetsInlineLimit: 0 },
  server: {
    proxy: {
      "/api": "http://127.0.0.1:3000",
      "/auth": "http://127.0.0.1:3000",
      "/rails": "http://127.0.0.1:3000",
      "/cable": { target: "ws://127.0.0.1:3000", ws: true },
    },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
