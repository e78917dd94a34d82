import locales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run web` finds the server that answers the API. */
const server = process.env.POSTRIDER_BASE_URL ?? 'http://127.0.0.1:4020';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, because the path below which a proxy serves the page is known to the server only.
  base: './',
  plugins: [react(), { ...locales.vite({ locales: ['en-US'] }), enforce: 'pre' }],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    // A data: URL would need a wider policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': server } },
});
