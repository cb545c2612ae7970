// Draws every chart of the page from the data on its element. Runs in a browser, after uPlot.
(() => {
  const HEIGHT = 240;
  const DASHES = [[], [8, 4], [2, 3]];
  const STYLES = ["solid", "dashed", "dotted"];
  const SIGNS = { failed: "✗", limited: "G", killed: "K" };
  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
  const ink = (i) => `--line-${(i % 3) + 1}`;
  const ratio = () => devicePixelRatio || 1;

  function toSeries({ label }, i, unit) {
    return {
      label,
      stroke: () => colour(ink(i)),
      width: 2,
      dash: DASHES[i % 3],
      spanGaps: true,
      points: { show: false },
      value: (_, value) => (value === null ? "–" : `${number.format(value)} ${unit}`.trim()),
    };
  }

  function drawDots(plot, lines) {
    lines.forEach(({ points }, i) => {
      plot.ctx.fillStyle = colour(ink(i));
      for (const [x, y] of points) {
        plot.ctx.beginPath();
        plot.ctx.arc(plot.valToPos(x, "x", true), plot.valToPos(y, "y", true), 3.5 * ratio(), 0, 2 * Math.PI);
        plot.ctx.fill();
      }
    });
  }

  function drawLimits(plot, limits) {
    plot.ctx.strokeStyle = plot.ctx.fillStyle = colour("--bad");
    plot.ctx.setLineDash([4 * ratio(), 4 * ratio()]);
    plot.ctx.textAlign = "left";
    for (const { label, value } of limits) {
      const y = plot.valToPos(value, "y", true);
      if (y < plot.bbox.top) continue;
      plot.ctx.beginPath();
      plot.ctx.moveTo(plot.bbox.left, y);
      plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
      plot.ctx.stroke();
      plot.ctx.fillText(label, plot.bbox.left + 4 * ratio(), y - 4 * ratio());
    }
    plot.ctx.setLineDash([]);
  }

  function drawMarks(plot, marks) {
    plot.ctx.fillStyle = colour("--bad");
    plot.ctx.textAlign = "center";
    for (const { x, names } of marks) {
      const signs = names.map((name) => SIGNS[name]).join(" ");
      plot.ctx.fillText(signs, plot.valToPos(x, "x", true), plot.bbox.top - 6 * ratio());
    }
  }

  function drawOver(plot, { lines, limits, marks }) {
    plot.ctx.save();
    plot.ctx.font = `600 ${12 * ratio()}px system-ui, sans-serif`;
    drawDots(plot, lines);
    drawLimits(plot, limits);
    drawMarks(plot, marks);
    plot.ctx.restore();
  }

  /** Room on both sides of the first and the last step, so that one step alone is a dot in the middle. */
  function rangeOfX({ x, logarithmic }) {
    const [least, most] = [Math.min(...x), Math.max(...x)];
    if (logarithmic) return [least / 1.5, most * 1.5];
    const room = (most - least) * 0.05 || 1;
    return [least - room, most + room];
  }

  /** As many places as their names have room below the axis. */
  function placesOf({ x, names }, plot) {
    const places = [...new Set(x)];
    const letters = Math.max(...places.map((place, i) => `${names?.[i] ?? place}`.length));
    const room = Math.max(1, Math.floor((plot.width - 80) / (letters * 8 + 12)));
    const every = Math.ceil(places.length / room);
    return places.filter((_, i) => i % every === 0);
  }

  function rangeOfY({ lines, limits }) {
    const most = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, y]) => y)));
    const near = limits.map(({ value }) => value).filter((value) => value < most * 4);
    return [0, Math.max(most, ...near) * 1.1 || 1];
  }

  function toOptions(chart, element) {
    const axis = { stroke: () => colour("--text"), grid: { stroke: () => colour("--rule"), width: 1 } };
    const named = chart.names && { values: (_, splits) => splits.map((at) => chart.names[chart.x.indexOf(at)] ?? "") };
    return {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [22, chart.names ? 40 : 12, 0, 0],
      scales: {
        x: { time: false, distr: chart.logarithmic ? 3 : 1, range: () => rangeOfX(chart) },
        y: { range: () => rangeOfY(chart) },
      },
      axes: [
        {
          ...axis,
          size: 30,
          label: chart.xLabel,
          labelSize: 22,
          splits: (plot) => placesOf(chart, plot),
          filter: (_, splits) => splits,
          ...named,
        },
        { ...axis, size: 64, values: (_, splits) => splits.map((value) => number.format(value)) },
      ],
      series: [
        {
          label: chart.xLabel,
          value: (_, at) => (at === null ? "–" : (chart.names?.[chart.x.indexOf(at)] ?? number.format(at))),
        },
        ...chart.lines.map((line, i) => toSeries(line, i, chart.unit)),
      ],
      legend: {
        mount: (_, legend) => element.parentElement.querySelector(".legend").append(legend),
        markers: {
          width: 2,
          stroke: (_, i) => `var(${ink(i - 1)})`,
          dash: (_, i) => STYLES[(i - 1) % 3],
          fill: () => "transparent",
        },
      },
      cursor: { drag: { x: false, y: false } },
      hooks: { draw: [(plot) => drawOver(plot, chart)] },
    };
  }

  const plots = [...document.querySelectorAll("[data-chart]")].map((element) => {
    const chart = JSON.parse(element.dataset.chart);
    const data = [chart.x, ...chart.lines.map(({ values }) => values)];
    const plot = new uPlot(toOptions(chart, element), data, element);
    new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element);
    return plot;
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const plot of plots) plot.redraw(false);
  });
})();
