// Fails when what visitors download has grown past what was promised. Run after the build.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS = [
  { what: "loader", files: ["packs/js/sdk.js"], kib: 3 },
  { what: "frame app", files: ["widget/widget.js", "widget/widget.css"], kib: 40 },
];

for (const { what, files, kib } of BUDGETS) {
  const bytes = files
    .map((file) => gzipSync(readFileSync(new URL(`../../dist/${file}`, import.meta.url)), { level: 9 }).length)
    .reduce((sum, each) => sum + each, 0);
  const fits = bytes <= kib * 1024;
  console.log(`${what}: ${bytes} bytes gzip, budget ${kib * 1024} ${fits ? "✓" : "✗ TOO LARGE"}`);
  if (!fits) process.exitCode = 1;
}
