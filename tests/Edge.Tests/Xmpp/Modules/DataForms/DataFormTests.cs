using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Tests.Xmpp.Modules.DataForms;

public sealed class DataFormTests
{
    private static readonly DataForm Registration = DataForm.Of(
        FormType.Form,
        "urn:test:bot",
        new FormField("", FieldType.Fixed) { Values = ["Who you are"] },
        new FormField("name") { Label = "Your name", IsRequired = true, Description = "As people call you" },
        new FormField("age") { Validation = new("xs:int", ValidationMethod.Range) { Min = "0", Max = "150" } },
        new FormField("public", FieldType.Boolean) { Values = ["false"] },
        new FormField("friends", FieldType.JidMulti),
        new FormField("size", FieldType.ListSingle) { Options = [new("s", "Small"), new("l")], Values = ["s"] },
        new FormField("about", FieldType.TextMulti)) with
    {
        Title = "A bot",
        Instructions = ["Fill this in.", "All of it."],
    };

    [Fact]
    public void A_form_is_written_as_the_specification_has_it() => WireXml.Same("""
        <x xmlns='jabber:x:data' type='form'>
          <title>A bot</title><instructions>Fill this in.</instructions><instructions>All of it.</instructions>
          <field var='FORM_TYPE' type='hidden'><value>urn:test:bot</value></field>
          <field type='fixed'><value>Who you are</value></field>
          <field var='name' type='text-single' label='Your name'><desc>As people call you</desc><required/></field>
          <field var='age' type='text-single'>
            <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:int'><range min='0' max='150'/></validate>
          </field>
          <field var='public' type='boolean'><value>false</value></field>
          <field var='friends' type='jid-multi'/>
          <field var='size' type='list-single'><value>s</value><option label='Small'><value>s</value></option><option><value>l</value></option></field>
          <field var='about' type='text-multi'/>
        </x>
        """, Registration.ToElement());

    [Fact]
    public void What_is_written_is_read_back()
    {
        var form = Read(Registration.ToElement());

        WireXml.Same(Registration.ToElement().ToString(), form.ToElement());
        Assert.Equal("urn:test:bot", form.Meaning);
        Assert.Equal("s", form.Value("size"));
        Assert.Null(form.Value("name"));
    }

    [Fact]
    public void A_table_of_results_is_written_and_read_back()
    {
        var table = new DataForm(FormType.Result)
        {
            Table = new([new("jid", FieldType.JidSingle) { Label = "Address" }, new("n")], [[FormField.Of("jid", "a@b"), FormField.Of("n", "1")], [FormField.Of("jid", "c@d"), FormField.Of("n", "2")]]),
        };

        WireXml.Same("""
            <x xmlns='jabber:x:data' type='result'>
              <reported><field var='jid' type='jid-single' label='Address'/><field var='n' type='text-single'/></reported>
              <item><field var='jid'><value>a@b</value></field><field var='n'><value>1</value></field></item>
              <item><field var='jid'><value>c@d</value></field><field var='n'><value>2</value></field></item>
            </x>
            """, table.ToElement());
        Assert.Equal("2", Read(table.ToElement()).Table!.Rows[1][1].Values[0]);
    }

    [Fact]
    public void A_submission_that_fits_is_accepted_and_what_the_form_does_not_have_is_ignored() => Assert.Null(Check("""
        <field var='FORM_TYPE'><value>urn:test:bot</value></field>
        <field var='name'><value>Robbie</value></field><field var='age'><value>68</value></field><field var='public'><value>1</value></field>
        <field var='friends'><value>a@b</value><value>c@d</value></field><field var='size'><value>l</value></field>
        <field var='about'><value>One</value><value>Two</value></field><field var='{urn:other}x'><value>?</value></field>
        """));

    [Theory]
    [InlineData("<field var='age'><value>5</value></field>", "The field 'name' is required.")]
    [InlineData("<field var='name'/>", "The field 'name' is required.")]
    [InlineData("<field var='name'><value></value></field>", "The field 'name' is required.")]
    [InlineData("<field var='name'><value>a</value><value>b</value></field>", "The field 'name' takes one value.")]
    [InlineData("<field var='name'><value>a\nb</value></field>", "The field 'name' does not take this value.")]
    [InlineData("<field var='name'><value>a</value></field><field var='age'><value>old</value></field>", "The field 'age' takes a value of the type xs:int.")]
    [InlineData("<field var='name'><value>a</value></field><field var='age'><value>151</value></field>", "The field 'age' takes a value from 0 to 150.")]
    [InlineData("<field var='name'><value>a</value></field><field var='public'><value>yes</value></field>", "The field 'public' does not take this value.")]
    [InlineData("<field var='name'><value>a</value></field><field var='friends'><value>@</value></field>", "The field 'friends' does not take this value.")]
    [InlineData("<field var='name'><value>a</value></field><field var='size'><value>m</value></field>", "The field 'size' does not take this value.")]
    [InlineData("<field var='FORM_TYPE'><value>urn:other</value></field><field var='name'><value>a</value></field>", "This is the form urn:test:bot, and urn:other was filled in.")]
    public void A_submission_that_does_not_fit_is_not_acceptable_and_says_why(string fields, string text)
    {
        var error = Check(fields);

        Assert.Equal(("modify", "not-acceptable", text), (error?.Type, error?.Condition, error?.Text));
    }

    [Fact]
    public void Only_a_submission_answers_a_form() => Assert.Equal("bad-request", Registration.Check(new(FormType.Cancel))?.Condition);

    [Fact]
    public void Only_a_hidden_field_gives_a_form_its_meaning_unless_it_was_submitted()
    {
        Assert.Null(Read("<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>urn:x</value></field></x>").Meaning);
        Assert.Equal("urn:x", Read("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:x</value></field></x>").Meaning);
    }

    [Theory]
    [InlineData("<x xmlns='jabber:x:data'/>", "XEP-0004")]
    [InlineData("<x xmlns='jabber:x:data' type='other'/>", "XEP-0004")]
    [InlineData("<y xmlns='jabber:x:data' type='form'/>", "XEP-0004")]
    [InlineData("<x xmlns='jabber:x:data' type='submit'><field/></x>", "'var'")]
    [InlineData("<x xmlns='jabber:x:data' type='submit'><field var='a'/><field var='a'/></x>", "twice")]
    [InlineData("<x xmlns='jabber:x:data' type='submit'><field var='a'/><field var='b'/><field var='c'/><field var='d'/></x>", "xmpp:dataForms:maxFields")]
    [InlineData("<x xmlns='jabber:x:data' type='submit'><field var='a'><value/><value/><value/></field></x>", "xmpp:dataForms:maxValuesPerField")]
    [InlineData("<x xmlns='jabber:x:data' type='submit'><field var='a'><value>12345678901</value></field></x>", "xmpp:dataForms:maxValueLength")]
    public void What_is_no_form_or_beyond_a_limit_is_refused(string xml, string text)
    {
        var limits = new DataFormOptions { MaxFields = 3, MaxValuesPerField = 2, MaxValueLength = 10 };

        Assert.False(DataForm.TryRead(XElement.Parse(xml), limits, out _, out var error));

        Assert.Equal("bad-request", error.Condition);
        Assert.Contains(text, error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_without_a_form_is_no_fault()
    {
        Assert.True(DataForm.TryFind(XElement.Parse("<query xmlns='urn:x'/>"), new(), out var form, out _));
        Assert.Null(form);
    }

    [Fact]
    public void Pages_sections_and_tables_of_a_layout_are_read_and_written()
    {
        const string Xml = """
            <x xmlns='jabber:x:data' type='form'>
              <page xmlns='http://jabber.org/protocol/xdata-layout' label='One'>
                <text>Read this.</text><section label='Name'><fieldref var='first'/><section><fieldref var='last'/></section></section><reportedref/>
              </page>
              <field var='first' type='text-single'/><field var='last' type='text-single'/>
            </x>
            """;

        WireXml.Same(Xml, Read(Xml).ToElement());
    }

    [Fact]
    public void Sections_without_end_are_cut()
    {
        var section = XElement.Parse("<section xmlns='http://jabber.org/protocol/xdata-layout'/>");
        for (var i = 0; i < 50; i++) section = new(section.Name, section);
        var form = new XElement(DataForm.Namespace + "x", new XAttribute("type", "form"), new XElement(section.Name.Namespace + "page", section));

        Assert.InRange(Read(form).ToElement().Descendants().Count(), 1, 12);
    }

    private static StanzaError? Check(string fields) => Registration.Check(Read($"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"));

    private static DataForm Read(string xml) => Read(XElement.Parse(xml));

    private static DataForm Read(XElement xml)
    {
        Assert.True(DataForm.TryRead(xml, new(), out var form, out var error), error?.Text);
        return form;
    }
}
