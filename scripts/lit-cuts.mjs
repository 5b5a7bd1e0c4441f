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
      ['{is:i,defineProperty:e,…new WeakMap;', ' P=new Map,K=new Map;'],
      // One class has all properties there are. Attributes are texts or there or not, and what reflects itself has one.
      [
        'static addInitializer(t){…:void 0}constructor(){',
        'static get observedAttributes(){return[...K.keys()]}static createProperty(t,s={}){const i=Symbol();(s.attribute??=t.toLowerCase())&&K.set(s.attribute,t),P.set(t,s),Object.defineProperty(this.prototype,t,{get(){return this[i]},set(e){const h=this[i];this[i]=e,this.requestUpdate(t,h,s)}})}constructor(){',
      ],
      // Its constructor is where it has its controllers from.
      [
        'this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),…removeController(t){this._$EO?.delete(t)}_$E_(){const t=new Map,s=…(this._$Ep=t)}createRenderRoot(){const t=this.shadowRoot??',
        'this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$Ep=new Map,this._$Ej=new Map,this._$EO=[];for(const[t,s]of P)this.hasOwnProperty(t)&&(this._$Ep.set(t,this[t]),delete this[t]),this[t]=s._$d;this.requestUpdate()}addController(t){this._$EO.push(t)}createRenderRoot(){const t=',
      ],
      ['this.constructor.shadowRootOptions', '{mode:"open"}'],
      ['this.constructor.elementStyles', 'this.constructor.styles'],
      [
        'this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}',
        'this._$EO.forEach(t=>t.hostConnected?.())}',
      ],
      ['this._$EO?.forEach(t=>t.hostDisconnected', 'this._$EO.forEach(t=>t.hostDisconnected'],
      [
        'this._$AK(t,i)}_$ET(t,s){…this._$Em=t,null==h?this.removeAttribute(e):this.setAttribute(e,h),this._$Em=null}}_$AK(t,s){…fromAttribute(s,t.type);this[e]=r??this._$Ej?.get(e)??r,this._$Em=null}}',
        'const e=K.get(t);if(this._$Em!==e){const t=P.get(e);this._$Em=e;const s=t.type===Boolean?null!==i:i;this[e]=s??this._$Ej.get(e)??s,this._$Em=null}}',
      ],
      [
        'requestUpdate(t,s,i,e=!1,h){…add(t))}',
        'requestUpdate(t,s,i){if(t){if(Object.is(this[t],s))return;i.useDefault&&!this._$Ej.has(t)?this._$Ej.set(t,this[t]):(this._$AL.has(t)||this._$AL.set(t,s),i.reflect&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}this.isUpdatePending||(this._$ES=this._$EP())}',
      ],
      [
        'const t=this.scheduleUpdate();return null!=t&&await t,!this.isUpdatePending',
        'return await this.scheduleUpdate(),!this.isUpdatePending',
      ],
      [
        'if(!this.hasUpdated){if(…){for(const[t,s]of this._$Ep)this[t]=s;…try{t=this.shouldUpdate(s),t?(',
        'for(const[t,s]of this._$Ep)this[t]=s;this._$Ep.clear();const s=this._$AL;try{',
      ],
      [
        'this._$EO?.forEach(t=>t.hostUpdate?.()),this.update(s)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(s)}willUpdate(t){}_$AE(t){this._$EO?.',
        'this._$EO.forEach(t=>t.hostUpdate?.()),this.update(s)}catch(s){throw this._$EM(),s}this._$EO.',
      ],
      ['this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)', 'this.updated(s)'],
      ['return this.getUpdateComplete()}getUpdateComplete(){', ''],
      ['shouldUpdate(t){return!0}', ''],
      [
        'forEach(t=>this._$ET(t,this[t])),',
        'forEach(t=>{const{attribute:s,type:i}=P.get(t),e=i!==Boolean?this[t]:this[t]?"":null;this._$Em=t,null==e?this.removeAttribute(s):this.setAttribute(s,e),this._$Em=null}),',
      ],
      ['updated(t){}firstUpdated(t){}', ''],
      ['y.elementStyles=[],…push("2.1.2")', ''],
      ['export{y as ReactiveElement,…}', 'export{y as ReactiveElement}'],
    ],
  },
  'lit-html/lit-html.js': {
    hash: 'b878e7f95dec8a9b6e9b217faca6b6a11bad82ebc44c0caa77419ed83edd81f2',
    cuts: [
      [
        'i=t=>t,s=t.trustedTypes,e=s?s.createPolicy("lit-html",{createHTML:t=>t}):void 0,',
        'e=t.trustedTypes?.createPolicy("lit-html",{createHTML:t=>t}),',
      ],
      ['null===t||"object"!=typeof t&&"function"!=typeof t', 'Object(t)!==t'],
      // Its templates are what lean-lit.mjs lets be one: what stands for a value is in a tag where a `>` comes before a `<`.
      ['h="$lit$",o=…,r=`<${n}>`,', 'o="~",'],
      [
        'd=t=>…Symbol.for("lit-noChange"),A=Symbol.for("lit-nothing"),',
        'b=(t,...i)=>({strings:t,_$v:i}),A=Symbol(),',
      ],
      [
        'function V(t,i){…innerHTML=t,s}}',
        'class S{constructor({strings:t}){this._$p=[];const i=l.createElement("template"),s=(t.raw&&t.join(o)+(t.at(-1)?"":"<?>")).replace(/~(?=[^<>]*(<|$))/g,"<?~>");i.innerHTML=e?.createHTML(s)??s,this._$e=i.content;let h,n=0;for(P.currentNode=this._$e;h=P.nextNode();n++)if("?~"===h.data)this._$p.push({_$i:n});else for(const t of h.getAttributeNames?.()??[]){const i=h.getAttribute(t).split(o);i[1]!=null&&(this._$p.push({_$i:n,name:t.replace(/^\\W/,""),strings:i,_$c:{".":I,"?":L,"@":z}[t[0]]??H}),h.removeAttribute(t))}}}',
      ],
      // It uses no directives, and gives Lit lists of values alone, no other iterables and no nodes.
      ['function M(t,i,s=t,e){…class R', 'class R'],
      ['this._$AN=void 0,this._$AD=t,this._$AM=i}get parentNode()…u(t){', 'this._$AD=t}u(){'],
      [
        'const{el:{content:i},parts:s}=this._$AD,…h=P.nextNode(),o++)}return P.currentNode=l,e}',
        'const{_$e:i,_$p:s}=this._$AD,e=l.importNode(i,!0);P.currentNode=e;let h,o=0;for(const t of s){for(;o<=t._$i;o++)h=P.nextNode();this._$AV.push(t._$c?new t._$c(h,t.name,t.strings):new k(h,h.nextSibling))}return e}',
      ],
      [
        'void 0!==s&&(void 0!==s.strings?(s._$AI(t,s,i),i+=s.strings.length-2):s._$AI(t[i])),',
        's.strings?(s._$AI(t,i),i+=s.strings.length-2):s._$AI(t[i]),',
      ],
      [
        'class k{get _$AU()…constructor(t,i,s,e){this.type=2,this._$AH=A,…_$AI(t,i=this){t=M(this,t,i),',
        'class k{constructor(t,i){this._$AH=A,this._$AA=t,this._$AB=i}_$AI(t){',
      ],
      ['t!==this._$AH&&t!==E&&this._(t)', 't!==this._$AH&&this._(t)'],
      [
        'void 0!==t._$litType$?this.$(t):void 0!==t.nodeType?this.T(t):d(t)?this.k(t):this._(t)',
        'u(t)?this.k(t):this.$(t)',
      ],
      ['T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}', 'T(t){this._$AR(),this.O(t)}'],
      [
        'const{values:i,_$litType$:s}=t,…,s);if',
        'const{_$v:i,strings:s}=t;let e=C.get(s);e||C.set(s,e=new S(t));if',
      ],
      ['_$AC(t){…,i}', ''],
      [
        'let s,e=0;for(const h of t)…s._$AI(h),e++;',
        'let s,e=0;for(const h of t)(s=i[e++]??=new k(this.O(c()),this.O(c())))._$AI(h);',
      ],
      ['new R(e,this)', 'new R(e)'],
      ['t.u(this.options)', 't.u()'],
      ['.call(this.options?.host??this.element,t)', '(t)'],
      ['_$AR(t=this._$AA.nextSibling,s){for(this._$AP?.(!1,!0,s);', '_$AR(t=this._$AA.nextSibling){for(;'],
      ['const s=i(t).nextSibling;i(t).remove(),t=s', 'const s=t.nextSibling;t.remove(),t=s'],
      ['this._$AR(s&&s._$AB.nextSibling,e)', 'this._$AR(s&&s._$AB.nextSibling)'],
      // An attribute has one value, which may be `nothing`, or a text with several. No handler is ever taken away.
      [
        'setConnected(t){…}class H{get tagName()…}j(t){t===A?',
        '}class H{constructor(t,i,s){this._$AH=A,this.element=t,this.name=i,this.strings=s}_$AI(t,i){let{strings:s}=this,e=t[i];(s.length>2||s[0]||s[1])&&(e=s[0]+s.slice(1).map((s,e)=>(t[i+e]??"")+s).join("")),e!==this._$AH&&this.j(this._$AH=e)}j(t){t===A?',
      ],
      [
        'constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===A?void 0:t}',
        'j(t){this.element[this.name]=t}',
      ],
      [
        'constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==A)}',
        'j(t){this.element.toggleAttribute(this.name,!!t)}',
      ],
      [
        'constructor(t,i,s,e,h){super(t,i,s,e,h),this.type=5}_$AI(t,i=this){…this._$AH=t}',
        'j(){this.element.addEventListener(this.name,this)}',
      ],
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
