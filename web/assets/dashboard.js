// Charts to read off; pages that follow their repository.
{
	const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

	const all = (selector) => [...document.querySelectorAll(selector)];

	const marked = (marks) => (plot) => {
		const { ctx, bbox } = plot;
		let free = 0;
		ctx.save();
		ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
		for (const [time, label, kind] of marks) {
			const name = label.slice(0, 16);
			const x = Math.round(plot.valToPos(time, "x", true));
			if (x < bbox.left || x > bbox.left + bbox.width) continue;
			ctx.strokeStyle = ctx.fillStyle = colour({ tag: "--dim", "gate-failed": "--bad" }[kind] ?? "--good");
			ctx.setLineDash([2, 4]);
			ctx.lineWidth = 1;
			ctx.beginPath();
			ctx.moveTo(x, bbox.top);
			ctx.lineTo(x, bbox.top + bbox.height);
			ctx.stroke();
			if (x < free) continue;
			ctx.fillText(name, x + 3, bbox.top + 10 * devicePixelRatio);
			free = x + ctx.measureText(name).width + 8;
		}
		ctx.restore();
	};

	const draw = (place) => {
		const { times, values, marks } = JSON.parse(place.dataset.chart);
		const name = place.querySelector("svg")?.getAttribute("aria-label");
		if (name) {
			place.setAttribute("role", "img");
			place.setAttribute("aria-label", name);
		}
		const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
		const options = {
			width: place.clientWidth,
			height: 200,
			tzDate: (time) => uPlot.tzDate(new Date(time * 1e3), "Etc/UTC"),
			axes: [axis, { ...axis, size: 56 }],
			series: [{ value: "{YYYY}-{MM}-{DD}" }, { label: place.dataset.name, stroke: colour("--link"), width: 2 }],
			hooks: { draw: [marked(marks)] },
		};
		place.plot?.destroy();
		place.replaceChildren();
		place.plot = new uPlot(options, [times, values], place);
	};

	const drawAll = () => {
		if (!window.uPlot) return;
		for (const place of all("[data-chart]")) {
			if (!place.querySelector(".uplot") && place.clientWidth) draw(place);
		}
	};
	const drawAnew = () => {
		all(".uplot").forEach((each) => each.remove());
		drawAll();
	};

	drawAll();
	addEventListener("htmx:after:swap", drawAll);
	addEventListener("toggle", drawAll, true);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAnew);
	let later;
	addEventListener("resize", () => {
		clearTimeout(later);
		later = setTimeout(drawAnew, 150);
	});

	// A new commit was measured: the same page anew, where the reader is.
	const shown = document.body.dataset.live;
	if (shown) {
		let last;
		const follow = async ({ repository, commit }) => {
			if (shown !== "*" && shown !== repository) return;
			const open = all("#main details").map((each) => each.open);
			await htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML" });
			all("#main details").forEach((each, nth) => (each.open ||= open[nth]));
			drawAll();
			document.getElementById("news").textContent = `${repository}: figures of ${commit.slice(0, 7)}`;
		};
		new EventSource("/events").addEventListener("snapshot", ({ data }) => {
			const next = () => follow(JSON.parse(data));
			last = Promise.resolve(last).then(next, next);
		});
	}
}
