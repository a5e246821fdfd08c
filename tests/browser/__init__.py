"""Tests that look at the pages in Chromium. A package, so that the browser is started and stopped once for it."""
