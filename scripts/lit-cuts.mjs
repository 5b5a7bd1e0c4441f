/** By file of Lit: its SHA-256, what is cut out of it, and what stands there instead. */
export const CUTS = {
  '@lit/reactive-element/css-tag.js': {
    hash: '902f8d23ab8fb24afe05596988c22941f080ab58d263e419877006e58ea6c366',
    cuts: [
      // Every browser that has the rest of what the element needs can adopt style sheets. It has one, which is a text.
      [
        'const t=globalThis,…,c=e?…})(t):t;',
        'let e;const i=(t,...s)=>String.raw({raw:t},...s),S=(t,s)=>{e||(e=new CSSStyleSheet).replaceSync(s),t.adoptedStyleSheets=[e]};',
      ],
      ['export{…}', 'export{S as adoptStyles,i as css}'],
    ],
  },
  '@lit/reactive-element/reactive-element.js': {
    hash: '76e9815ec67d16684bff1444224bf62532d6318dbd8f25e7c1e9546158b1335f',
    cuts: [
      ['getCompatibleStyle as t,adoptStyles', 'adoptStyles'],
      ['export{CSSResult,css,supportsAdoptingStyleSheets,unsafeCSS}', 'export{css}'],
      ['getOwnPropertyDescriptor:h,…getPrototypeOf:n}', '}'],
      ['c=a.trustedTypes,l=c?c.emptyScript:"",p=a.reactiveElementPolyfillSupport,d=(t,s)=>t,', ''],
      // Attributes are texts or there or not.
      ['u={toAttribute(t,s){…return i}},', ''],
      ['f=(t,s)=>!i(t,s),b={…new WeakMap;', 'f=(t,s)=>!i(t,s);'],
      // One class has all properties there are.
      [
        'static addInitializer(t){…:void 0}constructor(){',
        'static get observedAttributes(){return[...this._$Eh.keys()]}static createProperty(t,s={}){const h=s,r=Symbol();(s.attribute??=t.toLowerCase())&&this._$Eh.set(s.attribute,t),this.elementProperties.set(t,s),e(this.prototype,t,{get(){return this[r]},set(e){const s=this[r];this[r]=e,this.requestUpdate(t,s,h)},configurable:!0,enumerable:!0})}constructor(){',
      ],
      [',this.constructor.l?.forEach(t=>t(this))', ''],
      ['removeController(t){this._$EO?.delete(t)}', ''],
      ['enableUpdating(t){}', ''],
      [
        '(void 0!==i.converter?.toAttribute?i.converter:u).toAttribute(s,i.type)',
        'i.type!==Boolean?s:s?"":null',
      ],
      ['i.getPropertyOptions(e),h="function"==typeof t.converter?…:u;', 'i.elementProperties.get(e);'],
      ['const r=h.fromAttribute(s,t.type)', 'const r=t.type!==Boolean?s:null!==s'],
      ['requestUpdate(t,s,i,e=!1,h){', 'requestUpdate(t,s,i){'],
      [
        'const r=this.constructor;if(!1===e&&(h=this[t]),i??=r.getPropertyOptions(t),!((i.hasChanged??f)(h,s)',
        'const r=this.constructor,h=this[t];if(!(f(h,s)',
      ],
      ['reflect:e,wrapped:h},r){', 'reflect:e}){'],
      ['this._$Ej.set(t,r??s??this[t]),!0!==h||void 0!==r)', 'this._$Ej.set(t,s??this[t]),1)'],
      [
        'const t=this.constructor.elementProperties;if(t.size>0)for(const[s,i]of t){…this.C(s,void 0,i,e)}',
        '',
      ],
      ['let t=!1;const s=this._$AL;try{t=this.shouldUpdate(s),t?(', 'const s=this._$AL;try{'],
      [
        'this.update(s)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this',
        'this.update(s)}catch(s){throw this._$EM(),s}this',
      ],
      [
        'this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)',
        'this.hasUpdated=!0,this.updated(t)',
      ],
      ['return this.getUpdateComplete()}getUpdateComplete(){', ''],
      ['shouldUpdate(t){return!0}', ''],
      ['firstUpdated(t){}', ''],
      ['this.constructor.shadowRootOptions', '{mode:"open"}'],
      ['this.constructor.elementStyles', 'this.constructor.styles'],
      ['e=this.constructor._$Eu(t,i);if(void 0!==e&&!0===i.reflect)', 'e=i.attribute;'],
      ['r._$Eu(t,i)', 'i.attribute'],
      [
        'y.elementStyles=[],y.shadowRootOptions={mode:"open"},y[d("elementProperties")]=new Map,y[d("finalized")]=new Map,…push("2.1.2")',
        'y.elementProperties=new Map,y._$Eh=new Map',
      ],
      ['export{y as ReactiveElement,…}', 'export{y as ReactiveElement}'],
    ],
  },
  'lit-html/lit-html.js': {
    hash: 'b878e7f95dec8a9b6e9b217faca6b6a11bad82ebc44c0caa77419ed83edd81f2',
    cuts: [
      ['i=t=>t,', ''],
      // Its templates are what lean-lit.mjs lets be one: what stands for a value is in a tag where a `>` comes before a `<`.
      ['h="$lit$",o=…,r=`<${n}>`,', 'o="~",'],
      ['d=t=>…Symbol.for("lit-noChange"),', 'b=(t,...i)=>({_$litType$:1,strings:t,values:i}),'],
      [
        'function V(t,i){…innerHTML=t,s}}',
        'class S{constructor({strings:t}){this.parts=[];const i=l.createElement("template"),s=(t.raw&&t.join(o)+(t.at(-1)?"":"<?>")).replace(/~(?=[^<>]*(<|$))/g,"<?~>");i.innerHTML=e?.createHTML(s)??s,this.el=i;let h,n=0;for(P.currentNode=i.content;h=P.nextNode();n++)if("?~"===h.data)this.parts.push({index:n});else for(const t of h.getAttributeNames?.()??[]){const i=h.getAttribute(t).split(o);i[1]!=null&&(this.parts.push({index:n,name:t.replace(/^\\W/,""),strings:i,ctor:{".":I,"?":L,"@":z}[t[0]]??H}),h.removeAttribute(t))}}}',
      ],
      // It uses no directives, and gives Lit lists of values alone, no other iterables and no nodes.
      ['function M(t,i,s=t,e){…class R', 'class R'],
      ['this._$AN=void 0,this._$AD=t,this._$AM=i}get parentNode()…u(t){', 'this._$AD=t}u(){'],
      ['(t?.creationScope??l)', 'l'],
      [
        'let h=P.nextNode(),o=0,…h=P.nextNode(),o++)}',
        'let h,o=0;for(const t of s){for(;o<=t.index;o++)h=P.nextNode();this._$AV.push(t.ctor?new t.ctor(h,t.name,t.strings):new k(h,h.nextSibling))}',
      ],
      [
        'void 0!==s&&(void 0!==s.strings?(s._$AI(t,s,i),i+=s.strings.length-2):s._$AI(t[i])),',
        'void 0!==s.strings?(s._$AI(t,i),i+=s.strings.length-2):s._$AI(t[i]),',
      ],
      [
        'class k{get _$AU()…constructor(t,i,s,e){this.type=2,this._$AH=A,…_$AI(t,i=this){t=M(this,t,i),',
        'class k{constructor(t,i){this._$AH=A,this._$AA=t,this._$AB=i}_$AI(t){',
      ],
      ['t!==this._$AH&&t!==E&&this._(t)', 't!==this._$AH&&this._(t)'],
      ['void 0!==t.nodeType?this.T(t):d(t)', 'u(t)'],
      ['const{values:i,_$litType$:s}=t,e="number"==typeof s?…,s);if', 'const{values:i}=t,e=this._$AC(t);if'],
      ['new R(e,this)', 'new R(e)'],
      ['t.u(this.options)', 't.u()'],
      ['.call(this.options?.host??this.element,t)', '(t)'],
      ['this.O(c()),this,this.options', 'this.O(c())'],
      ['_$AR(t=this._$AA.nextSibling,s){for(this._$AP?.(!1,!0,s);', '_$AR(t=this._$AA.nextSibling){for(;'],
      ['const s=i(t).nextSibling;i(t).remove(),t=s', 'const s=t.nextSibling;t.remove(),t=s'],
      ['this._$AR(s&&s._$AB.nextSibling,e)', 'this._$AR(s&&s._$AB.nextSibling)'],
      [
        'setConnected(t){…}class H{get tagName()…constructor(t,i,s,e,h){this.type=1,this._$AH=A,this._$AN=void 0,',
        '}class H{constructor(t,i,s){',
      ],
      ['this.name=i,this._$AM=e,this.options=h', 'this.name=i'],
      ['_$AI(t,i=this,s,e){const h=this.strings;', '_$AI(t,s){const h=this.strings;'],
      ['t=M(this,t,i,0),o=!a(t)||t!==this._$AH&&t!==E', 'o=!a(t)||t!==this._$AH'],
      ['r=M(this,e[s+n],i,n),r===E&&(r=this._$AH[n]),', 'r=e[s+n],'],
      ['o&&!e&&this.j(t)', 'o&&this.j(t)'],
      ['constructor(){super(...arguments),this.type=3}', ''],
      ['constructor(){super(...arguments),this.type=4}', ''],
      [
        'constructor(t,i,s,e,h){super(t,i,s,e,h),this.type=5}_$AI(t,i=this){if((t=M(this,t,i,0)??A)===E)return;',
        '_$AI(t){t??=A;',
      ],
      ['e=t===A&&s!==A||t.capture…,h=t!==A&&(s===A||e);e&&', 'e=t===A&&s!==A,h=t!==A&&s===A;e&&'],
      ['removeEventListener(this.name,this,s)', 'removeEventListener(this.name,this)'],
      ['addEventListener(this.name,this,t)', 'addEventListener(this.name,this)'],
      ['class Z{…push("3.3.3");', ''],
      ['const D=(t,i,s)=>{…,h};', 'const D=(t,i)=>(i._$litPart$??=new k(i.appendChild(c()),null))._$AI(t);'],
      ['export{…}', 'export{b as html,A as nothing,D as render}'],
    ],
  },
  'lit-element/lit-element.js': {
    hash: 'ee09e38303bb39c36959a961fb0a52663c798ee44493914472c3a61e84e55e3c',
    cuts: [
      [',noChange as r}', '}'],
      ['const s=globalThis;', ''],
      ['constructor(){…}createRenderRoot(){…}update', 'update'],
      ['this.hasUpdated||(…isConnected),', ''],
      ['this._$Do=e(r,this.renderRoot,this.renderOptions)', 'e(r,this.renderRoot)'],
      ['connectedCallback(){…return r}}i._$litElement$=!0,i["finalized"]=!0,…push("4.2.2")', '}'],
      ['LitElement,n as _$LE', 'LitElement'],
    ],
  },
}
