// What a page does beside being read: contents that follow the reader, tables that sort. Everything is readable without it.
(function () {
  "use strict";
  var root = document.documentElement;
  var toc = document.querySelector(".toc details");
  var phone = matchMedia("(max-width: 899px)");
  root.classList.add("js");

  function fold() { if (toc) toc.open = !phone.matches; }
  fold();
  phone.addEventListener("change", fold);

  // --- contents: mark the section being read, open its subsections
  function follow() {
    var links = Array.prototype.slice.call(document.querySelectorAll(".toc a"));
    var heads = links.map(function (a) { return document.getElementById(decodeURIComponent(a.hash.slice(1))); });
    var marked = null;
    function mark() {
      var at = -1;
      heads.forEach(function (head, i) { if (head && head.getBoundingClientRect().top < innerHeight * 0.3) at = i; });
      if (innerHeight + scrollY >= root.scrollHeight - 4) at = links.length - 1;
      var link = links[Math.max(at, 0)];
      if (!link || link === marked) return;
      if (marked) marked.removeAttribute("aria-current");
      document.querySelectorAll(".toc li.open").forEach(function (li) { li.classList.remove("open"); });
      link.setAttribute("aria-current", "true");
      for (var li = link.closest("li"); li; li = li.parentElement.closest("li")) li.classList.add("open");
      var bar = link.closest(".toc");
      if (!phone.matches && bar.scrollHeight > bar.clientHeight) {
        bar.scrollTop = Math.max(0, link.offsetTop - bar.clientHeight / 2);
      }
      marked = link;
    }
    var observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px", threshold: [0, 1] });
    heads.forEach(function (head) { if (head) observer.observe(head); });
    addEventListener("scrollend", mark);
    mark();
    if (toc) toc.addEventListener("click", function (event) {
      if (phone.matches && event.target.closest("a")) toc.open = false;
    });
  }

  // --- tables: a button in each heading; what has no value stays last both ways
  function value(row, column, number) {
    var cell = row.cells[column];
    if (cell.dataset.sort !== undefined) return parseFloat(cell.dataset.sort);
    if (cell.querySelector(".no")) return "";
    var text = cell.textContent.trim();
    if (!number) return text;
    var found = text.replace(/[,\u202f]/g, "").replace("\u2212", "-").match(/^[^\d-]?\s*(-?\d+(?:\.\d+)?)/);
    return found ? parseFloat(found[1]) : NaN;
  }
  function empty(v) { return v === "" || v !== v; }
  function sort(table, th, column) {
    var number = table.tBodies[0].querySelector("tr > :nth-child(" + (column + 1) + ")[data-sort]") || th.matches(".n, .h");
    var before = th.getAttribute("aria-sort");
    var down = before ? before === "ascending" : !!number;
    var rows = Array.prototype.map.call(table.tBodies[0].rows, function (row, i) {
      return { row: row, key: value(row, column, number), i: i };
    });
    rows.sort(function (a, b) {
      if (empty(a.key) || empty(b.key)) return empty(a.key) - empty(b.key) || a.i - b.i;
      var order = typeof a.key === "number" && typeof b.key === "number"
        ? a.key - b.key : String(a.key).localeCompare(String(b.key), root.lang, { numeric: true });
      return (down ? -order : order) || a.i - b.i;
    });
    rows.forEach(function (entry) { table.tBodies[0].appendChild(entry.row); });
    table.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  function sortable(table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = document.querySelector("main").dataset.sort.replace("{column}", th.textContent);
      while (th.firstChild) button.appendChild(th.firstChild);
      th.appendChild(button);
      button.addEventListener("click", function () { sort(table, th, column); });
    });
  }

  // --- only what does scroll is a stop for the keyboard
  function stops(boxes) {
    boxes.forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("table.sortable").forEach(sortable);
    var boxes = document.querySelectorAll(".scroll");
    stops(boxes);
    addEventListener("resize", function () { stops(boxes); });
    follow();
  });
})();
